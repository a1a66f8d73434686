/* Loops over 8-bit pixels: laying over a colour, turning. */
#include "image_codecs.h"
#include <assert.h>
#include <string.h>

/* Pillow's AlphaComposite.c with an opaque background: 7 extra bits, division by 255 rounded. */
static uint8_t blend(uint32_t over, uint32_t under, uint32_t alpha) {
    uint32_t sum = over * (alpha << 7) + under * ((255 - alpha) << 7) + (0x80 << 7);
    return (uint8_t)((((sum >> 8) + sum) >> 8) >> 7);
}

void ic_lay_over(uint8_t *rgb, const uint8_t *alpha, size_t pixel_count, uint8_t red, uint8_t green, uint8_t blue) {
    for (size_t i = 0; i < pixel_count; i++) {
        rgb[3 * i] = blend(rgb[3 * i], red, alpha[i]);
        rgb[3 * i + 1] = blend(rgb[3 * i + 1], green, alpha[i]);
        rgb[3 * i + 2] = blend(rgb[3 * i + 2], blue, alpha[i]);
    }
}

/* In tiles, so that both the reading and the writing side stay in the cache. Output pixel (0, 0) is the source pixel at
 * `origin`; one step to the right in the output is `right` source pixels, one step down `down`. */
static void turn(const uint8_t *source, ptrdiff_t origin, ptrdiff_t right, ptrdiff_t down, size_t width, size_t height,
                 int channels, uint8_t *destination) {
    enum { TILE = 32 };
    for (size_t top = 0; top < height; top += TILE) {
        size_t bottom = top + TILE < height ? top + TILE : height;
        for (size_t left = 0; left < width; left += TILE) {
            size_t end = left + TILE < width ? left + TILE : width;
            for (size_t y = top; y < bottom; y++) {
                for (size_t x = left; x < end; x++) {
                    const uint8_t *from = source + (origin + (ptrdiff_t)x * right + (ptrdiff_t)y * down) * channels;
                    uint8_t *to = destination + (y * width + x) * (size_t)channels;
                    to[0] = from[0];
                    if (channels == 3) {
                        to[1] = from[1];
                        to[2] = from[2];
                    }
                }
            }
        }
    }
}

void ic_orient(const uint8_t *source, size_t width, size_t height, int channels, int orientation, uint8_t *destination) {
    assert((channels == 1 || channels == 3) && orientation >= 1 && orientation <= 8);
    ptrdiff_t w = (ptrdiff_t)width, h = (ptrdiff_t)height, last = w * h - 1;
    switch (orientation) {
    case 2: turn(source, w - 1, -1, w, width, height, channels, destination); break;       /* mirrored */
    case 3: turn(source, last, -1, -w, width, height, channels, destination); break;       /* upside down */
    case 4: turn(source, w * (h - 1), 1, -w, width, height, channels, destination); break; /* flipped */
    case 5: turn(source, 0, w, 1, height, width, channels, destination); break;            /* transposed */
    case 6: turn(source, w * (h - 1), -w, 1, height, width, channels, destination); break; /* to be turned clockwise */
    case 7: turn(source, last, -w, -1, height, width, channels, destination); break;       /* transposed, upside down */
    case 8: turn(source, w - 1, w, -1, height, width, channels, destination); break;       /* ... counter-clockwise */
    default: memcpy(destination, source, width * height * (size_t)channels); break;
    }
}
