#pragma once
/* CImageCodecs: bytes ⇄ 8-bit pixels (libpng, libjpeg), and the integer loops over those pixels.
 *
 * Every function returns; no longjmp of the libraries leaves this target, nothing is printed, errno is not used.
 * Pixels are interleaved RGB rows without gaps, 8 bits a sample, top row first, left pixel first. Counts and sizes of
 * buffers are checked by the caller (Swift) and asserted again here.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    IC_OK = 0,
    IC_DAMAGED = 1,       /* the bytes are not what the format says */
    IC_TRUNCATED = 2,     /* the bytes end before the picture does */
    IC_UNSUPPORTED = 3,   /* a variant of the format that the library does not read */
    IC_OUT_OF_MEMORY = 4,
} ic_status;

/* What went wrong, in the library's words; empty where nothing did. */
typedef struct {
    char text[256];
} ic_message;

/* --- decoding: open (header) → the caller checks the size and allocates → decode → metadata → close --- */

typedef struct ic_decoder ic_decoder;

typedef struct {
    uint32_t width;  /* of the decoded pixels: after the JPEG reduction, before any EXIF orientation */
    uint32_t height;
    bool has_alpha;
    uint32_t stored_width; /* as the file says */
    uint32_t stored_height;
} ic_info;

/* Blocks of metadata that may tell the orientation. Owned by the decoder; null and 0 where absent. */
typedef struct {
    const uint8_t *exif; /* TIFF bytes, possibly with "Exif\0\0" in front */
    size_t exif_count;
    const uint8_t *exif_profile; /* PNG text "Raw profile type exif": lines of hexadecimal digits */
    size_t exif_profile_count;
    const uint8_t *xmp; /* XML */
    size_t xmp_count;
} ic_metadata;

/* Reads the header. `bytes` must stay valid until `ic_close`. On IC_OK `*decoder` must be closed; otherwise it is null. */
ic_status ic_png_open(const uint8_t *bytes, size_t count, ic_decoder **decoder, ic_info *info, ic_message *message);

/* As `ic_png_open`. Where `least_width` and `least_height` are not 0 the picture is decoded at 1/2, 1/4 or 1/8 of its
 * size (in the DCT), the smallest that is not smaller than that: the rule of Pillow's `Image.draft`. */
ic_status ic_jpeg_open(const uint8_t *bytes, size_t count, uint32_t least_width, uint32_t least_height,
                       ic_decoder **decoder, ic_info *info, ic_message *message);

/* Decodes the pixels: `rgb` holds width·height·3 bytes, `alpha` width·height (null where has_alpha is false).
 * To be called once. What was written before an error is meaningless. */
ic_status ic_decode(ic_decoder *decoder, uint8_t *rgb, uint8_t *alpha, ic_message *message);

/* The metadata; complete after `ic_decode` (PNG may carry it behind the pixels). */
ic_metadata ic_decoder_metadata(const ic_decoder *decoder);

void ic_close(ic_decoder *decoder);

/* --- encoding: on IC_OK `*bytes` is to be given back by `ic_free` --- */

/* `channels`: 1 grey, 3 RGB, 4 RGBA. */
ic_status ic_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels, uint8_t **bytes,
                        size_t *count, ic_message *message);

/* `channels`: 1 grey, 3 RGB (stored as YCbCr 4:2:0). `quality` 1…100. */
ic_status ic_jpeg_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels, int quality,
                         uint8_t **bytes, size_t *count, ic_message *message);

void ic_free(uint8_t *bytes);

/* --- pixels --- */

/* Lays `rgb` with `alpha` over an opaque colour, in place, in the arithmetic of Pillow's `Image.alpha_composite`. */
void ic_lay_over(uint8_t *rgb, const uint8_t *alpha, size_t pixel_count, uint8_t red, uint8_t green, uint8_t blue);

/* Turns a picture of `channels` (1 or 3) bytes a pixel by an EXIF orientation, 1…8; `destination` holds as many bytes
 * and does not overlap `source`. For 5…8 width and height change places. */
void ic_orient(const uint8_t *source, size_t width, size_t height, int channels, int orientation, uint8_t *destination);

/* --- resampling, in the fixed-point arithmetic of Pillow's Resample.c: weights scaled by 2^22, 8-bit results --- */

/* The sources of each output position: outputs p reads positions starts[p] ..< starts[p] + counts[p], with the weights
 * weights[p·taps ...]; `taps` is at least the largest count, surplus weights are 0. */
typedef struct {
    const int32_t *starts;
    const int32_t *counts;
    const int32_t *weights;
    size_t taps;
    size_t outputs;
} ic_resampling;

/* [rows, source_width, 3] → [rows, outputs, 3]. `scratch` holds at least `ic_horizontal_scratch_count(plan)` int16. */
void ic_resample_horizontal(const uint8_t *source, size_t source_width, size_t rows, const ic_resampling *plan,
                            uint8_t *destination, int16_t *scratch);
size_t ic_horizontal_scratch_count(const ic_resampling *plan);

/* [source_height, row_bytes] → [outputs, row_bytes]. */
void ic_resample_vertical(const uint8_t *source, size_t row_bytes, const ic_resampling *plan, uint8_t *destination);

/* The readable references of the two above, same results. */
void ic_resample_horizontal_reference(const uint8_t *source, size_t source_width, size_t rows,
                                      const ic_resampling *plan, uint8_t *destination);
void ic_resample_vertical_reference(const uint8_t *source, size_t row_bytes, const ic_resampling *plan,
                                    uint8_t *destination);

#ifdef __cplusplus
}
#endif
