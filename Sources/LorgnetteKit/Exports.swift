// A program that imports LorgnetteKit names pictures, options and results without knowing our rooms.
@_exported import Checkpoints
@_exported import ImageFiles
@_exported import Imaging
@_exported import TextGeneration
@_exported import TextTokens
