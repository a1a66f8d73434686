/* PNG bytes → RGB and alpha, by libpng.
 *
 * libpng undoes compression, filters and interlacing; what samples mean (palette, tRNS, bit depth) is done here, in
 * the open: 1, 2 and 4 bits are scaled by 255, 85 and 17; 16 bits are divided by 257 and rounded; tRNS is compared at
 * the file's own depth, as the PNG specification (section 11.3.2.1) says. Gamma, ICC and the like are not looked at.
 */
#include "codec_context.h"
#include <assert.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    ic_decoder base;
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t count;
    size_t position;
    bool in_pixels; /* between the first and the last row */

    uint32_t width;
    uint32_t height;
    int color_type;
    int bit_depth;
    bool has_alpha;
    bool interlaced;
    png_colorp palette;
    int palette_count;
    png_bytep palette_alpha;
    int palette_alpha_count;
    png_color_16 transparent; /* of tRNS, for grey and RGB */
    bool has_transparent;

    uint8_t *rows; /* native samples: one row, or all where interlaced */
} png_decoder;

/* MARK: - Callbacks of libpng */

static void on_error(png_structp png, png_const_charp text) {
    png_decoder *decoder = png_get_error_ptr(png);
    ic_note_failure(&decoder->base, IC_DAMAGED, text);
    longjmp(decoder->base.jump, 1);
}

static bool starts_with(const char *text, const char *prefix) { return strncmp(text, prefix, strlen(prefix)) == 0; }

/* libpng only warns of some damage that changes pixels: a compressed stream whose checksum is wrong, a tRNS chunk that
 * it drops. Those are errors here; warnings about chunks that we do not look at, and bytes too many, are not. */
static void on_warning(png_structp png, png_const_charp text) {
    bool surplus = strstr(text, "xtra compressed data") || strstr(text, "oo much image data") || strstr(text, "oo many IDAT");
    if ((starts_with(text, "IDAT") && !surplus) || starts_with(text, "tRNS")) on_error(png, text);
}

static void read_bytes(png_structp png, png_bytep destination, size_t count) {
    png_decoder *decoder = png_get_io_ptr(png);
    size_t left = decoder->count - decoder->position;
    if (left < count) {
        ic_note_failure(&decoder->base, IC_TRUNCATED,
                        decoder->in_pixels ? "the file ends inside the pixels" : "the file ends before the IEND chunk");
        longjmp(decoder->base.jump, 1);
    }
    memcpy(destination, decoder->bytes + decoder->position, count);
    decoder->position += count;
}

/* MARK: - Header */

static void read_transparency(png_decoder *d) {
    png_color_16p transparent = NULL;
    if (!png_get_valid(d->png, d->info, PNG_INFO_tRNS)) return;
    png_get_tRNS(d->png, d->info, &d->palette_alpha, &d->palette_alpha_count, &transparent);
    if (d->color_type == PNG_COLOR_TYPE_PALETTE) {
        d->has_alpha = d->palette_alpha_count > 0;
    } else if (transparent) {
        uint16_t mask = (uint16_t)((1u << d->bit_depth) - 1);
        d->transparent = *transparent;
        d->transparent.gray &= mask;
        d->transparent.red &= mask;
        d->transparent.green &= mask;
        d->transparent.blue &= mask;
        d->has_transparent = d->has_alpha = true;
    }
}

static void read_header(png_decoder *d) {
    int interlace = 0;
    png_set_read_fn(d->png, d, read_bytes);
    /* The caller limits pixels; libpng's own limit would only say "Invalid IHDR data". */
    png_set_user_limits(d->png, 0x7fffffff, 0x7fffffff);
    /* Enough for any chunk that is really there, and a bound for compressed text. */
    png_set_chunk_malloc_max(d->png, d->count > 8000000 ? d->count : 8000000);
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    /* A fuzzer does not guess checksums (Tests/Fuzzing). */
    png_set_crc_action(d->png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    png_set_option(d->png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
#else
    png_set_crc_action(d->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
#endif
    png_set_option(d->png, PNG_MAXIMUM_INFLATE_WINDOW, PNG_OPTION_ON);
    /* Of the chunks beside the pixels only text and eXIf (as raw bytes) are looked at. */
    static const uint8_t unseen[] = "bKGD\0cHRM\0gAMA\0hIST\0iCCP\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0sTER\0tIME";
    static const uint8_t raw[] = "eXIf";
    png_set_keep_unknown_chunks(d->png, PNG_HANDLE_CHUNK_NEVER, unseen, (int)(sizeof unseen / 5));
    png_set_keep_unknown_chunks(d->png, PNG_HANDLE_CHUNK_ALWAYS, raw, 1);

    png_read_info(d->png, d->info);
    png_get_IHDR(d->png, d->info, &d->width, &d->height, &d->bit_depth, &d->color_type, &interlace, NULL, NULL);
    d->interlaced = interlace != PNG_INTERLACE_NONE;
    d->has_alpha = (d->color_type & PNG_COLOR_MASK_ALPHA) != 0;
    if (d->color_type == PNG_COLOR_TYPE_PALETTE) png_get_PLTE(d->png, d->info, &d->palette, &d->palette_count);
    read_transparency(d);
}

ic_status ic_png_open(const uint8_t *bytes, size_t count, ic_decoder **decoder, ic_info *info, ic_message *message) {
    assert(bytes && decoder && info && message);
    *decoder = NULL;
    png_decoder *d = calloc(1, sizeof *d);
    if (!d) return IC_OUT_OF_MEMORY;
    d->base.format = IC_PNG;
    d->bytes = bytes;
    d->count = count;
    d->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, d, on_error, on_warning);
    d->info = d->png ? png_create_info_struct(d->png) : NULL;
    if (!d->info) {
        ic_close(&d->base);
        return IC_OUT_OF_MEMORY;
    }
    if (setjmp(d->base.jump)) {
        ic_status status = d->base.status;
        *message = d->base.message;
        ic_close(&d->base);
        return status;
    }
    read_header(d);
    *info = (ic_info){d->width, d->height, d->has_alpha, d->width, d->height};
    *decoder = &d->base;
    return IC_OK;
}

/* MARK: - Samples */

static uint8_t reduce16(const uint8_t *sample) {
    uint32_t value = (uint32_t)sample[0] << 8 | sample[1];
    return (uint8_t)((value + 128) / 257);
}

static uint32_t sample16(const uint8_t *sample) { return (uint32_t)sample[0] << 8 | sample[1]; }

static void expand_palette(png_decoder *d, const uint8_t *row, uint8_t *rgb, uint8_t *alpha) {
    for (uint32_t x = 0; x < d->width; x++) {
        int index = row[x];
        if (index >= d->palette_count) png_error(d->png, "a pixel's palette index is past the end of the palette");
        rgb[3 * x] = d->palette[index].red;
        rgb[3 * x + 1] = d->palette[index].green;
        rgb[3 * x + 2] = d->palette[index].blue;
        if (alpha) alpha[x] = index < d->palette_alpha_count ? d->palette_alpha[index] : 255;
    }
}

static void expand_grey(png_decoder *d, const uint8_t *row, uint8_t *rgb, uint8_t *alpha) {
    bool stored_alpha = d->color_type == PNG_COLOR_TYPE_GRAY_ALPHA;
    bool wide = d->bit_depth == 16;
    uint32_t scale = wide ? 1 : 255 / ((1u << d->bit_depth) - 1);
    size_t sample_bytes = wide ? 2 : 1;
    size_t step = sample_bytes * (stored_alpha ? 2 : 1);
    for (uint32_t x = 0; x < d->width; x++, row += step) {
        uint8_t grey = wide ? reduce16(row) : (uint8_t)(*row * scale);
        rgb[3 * x] = rgb[3 * x + 1] = rgb[3 * x + 2] = grey;
        if (stored_alpha) {
            alpha[x] = wide ? reduce16(row + 2) : row[1];
        } else if (alpha) {
            alpha[x] = (wide ? sample16(row) : *row) == d->transparent.gray ? 0 : 255;
        }
    }
}

static void expand_rgb(png_decoder *d, const uint8_t *row, uint8_t *rgb, uint8_t *alpha) {
    bool stored_alpha = d->color_type == PNG_COLOR_TYPE_RGB_ALPHA;
    bool wide = d->bit_depth == 16;
    size_t step = (wide ? 2 : 1) * (stored_alpha ? 4 : 3);
    png_color_16 transparent = d->transparent;
    for (uint32_t x = 0; x < d->width; x++, row += step) {
        for (int c = 0; c < 3; c++) rgb[3 * x + c] = wide ? reduce16(row + 2 * c) : row[c];
        if (stored_alpha) {
            alpha[x] = wide ? reduce16(row + 6) : row[3];
        } else if (alpha) {
            bool match = wide ? sample16(row) == transparent.red && sample16(row + 2) == transparent.green &&
                                    sample16(row + 4) == transparent.blue
                              : row[0] == transparent.red && row[1] == transparent.green && row[2] == transparent.blue;
            alpha[x] = match ? 0 : 255;
        }
    }
}

static void expand_row(png_decoder *d, const uint8_t *row, uint8_t *rgb, uint8_t *alpha) {
    if (d->color_type == PNG_COLOR_TYPE_PALETTE) {
        expand_palette(d, row, rgb, alpha);
    } else if (d->color_type & PNG_COLOR_MASK_COLOR) {
        expand_rgb(d, row, rgb, alpha);
    } else {
        expand_grey(d, row, rgb, alpha);
    }
}

/* MARK: - Pixels */

static void read_rows(png_decoder *d, uint8_t *rgb, uint8_t *alpha) {
    png_set_packing(d->png);
    int passes = png_set_interlace_handling(d->png);
    png_read_update_info(d->png, d->info);
    size_t row_bytes = png_get_rowbytes(d->png, d->info);
    bool as_stored = d->color_type == PNG_COLOR_TYPE_RGB && d->bit_depth == 8;
    if (!as_stored) {
        size_t count = d->interlaced ? (size_t)d->height : 1;
        d->rows = calloc(count, row_bytes);
        if (!d->rows) {
            ic_note_failure(&d->base, IC_OUT_OF_MEMORY, "not enough memory for the picture");
            longjmp(d->base.jump, 1);
        }
    }
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t y = 0; y < d->height; y++) {
            uint8_t *rgb_row = rgb + (size_t)y * d->width * 3;
            uint8_t *alpha_row = alpha ? alpha + (size_t)y * d->width : NULL;
            uint8_t *row = as_stored ? rgb_row : d->rows + (d->interlaced ? (size_t)y * row_bytes : 0);
            png_read_row(d->png, row, NULL);
            if (pass == passes - 1 && (!as_stored || alpha)) expand_row(d, row, rgb_row, alpha_row);
        }
    }
}

static void keep_metadata(png_decoder *d) {
    png_unknown_chunkp unknown = NULL;
    int unknown_count = png_get_unknown_chunks(d->png, d->info, &unknown);
    png_textp text = NULL;
    int text_count = png_get_text(d->png, d->info, &text, NULL);
    bool kept = true;
    for (int i = 0; i < unknown_count; i++) {
        if (memcmp(unknown[i].name, "eXIf", 4) == 0) {
            kept = kept && ic_block_set(&d->base.exif, unknown[i].data, unknown[i].size);
        }
    }
    for (int i = 0; i < text_count; i++) {
        size_t count = text[i].compression >= PNG_ITXT_COMPRESSION_NONE ? text[i].itxt_length : text[i].text_length;
        const uint8_t *bytes = (const uint8_t *)text[i].text;
        if (strcmp(text[i].key, "XML:com.adobe.xmp") == 0) kept = kept && ic_block_set(&d->base.xmp, bytes, count);
        if (strcmp(text[i].key, "Raw profile type exif") == 0) {
            kept = kept && ic_block_set(&d->base.exif_profile, bytes, count);
        }
    }
    if (!kept) {
        ic_note_failure(&d->base, IC_OUT_OF_MEMORY, "not enough memory for the metadata");
        longjmp(d->base.jump, 1);
    }
}

ic_status ic_png_decode(ic_decoder *decoder, uint8_t *rgb, uint8_t *alpha) {
    png_decoder *d = (png_decoder *)decoder;
    assert(!d->has_alpha || alpha);
    if (setjmp(d->base.jump)) return d->base.status;
    d->in_pixels = true;
    read_rows(d, rgb, d->has_alpha ? alpha : NULL);
    d->in_pixels = false;
    png_read_end(d->png, d->info);
    keep_metadata(d);
    return IC_OK;
}

void ic_png_close(ic_decoder *decoder) {
    png_decoder *d = (png_decoder *)decoder;
    if (d->png) png_destroy_read_struct(&d->png, &d->info, NULL);
    free(d->rows);
    free(d);
}
