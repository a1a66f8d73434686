import Foundation
import LorgnetteKit

let arguments = CommandLine.arguments
let lorgnette = try Lorgnette(folder: URL(filePath: arguments.count > 1 ? arguments[1] : "fixtures/tiny-blip2-olmoe"))
let picture = try lorgnette.look(
    at: .file(path: arguments.count > 2 ? arguments[2] : "fixtures/pictures/red-circle.png"))
print(try picture.caption().text)
print(try picture.ask("What is it?").text)
