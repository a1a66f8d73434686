/* Pixels → PNG bytes, by libpng with its default filters and compression. */
#include "codec_context.h"
#include <assert.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    jmp_buf jump;
    ic_message message;
    png_structp png;
    png_infop info;
    uint8_t *bytes;
    size_t count;
    size_t capacity;
} png_encoder;

static void on_error(png_structp png, png_const_charp text) {
    png_encoder *encoder = png_get_error_ptr(png);
    ic_copy_text(&encoder->message, text);
    longjmp(encoder->jump, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void write_bytes(png_structp png, png_bytep bytes, size_t count) {
    png_encoder *encoder = png_get_io_ptr(png);
    if (encoder->count + count > encoder->capacity) {
        size_t capacity = (encoder->count + count) * 2;
        uint8_t *grown = realloc(encoder->bytes, capacity);
        if (!grown) png_error(png, "not enough memory for the PNG file");
        encoder->bytes = grown;
        encoder->capacity = capacity;
    }
    memcpy(encoder->bytes + encoder->count, bytes, count);
    encoder->count += count;
}

static void flush(png_structp png) { (void)png; }

static int color_type(int channels) {
    return channels == 1 ? PNG_COLOR_TYPE_GRAY : channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA;
}

static void encode(png_encoder *e, const uint8_t *pixels, uint32_t width, uint32_t height, int channels) {
    png_set_user_limits(e->png, 0x7fffffff, 0x7fffffff);
    png_set_write_fn(e->png, e, write_bytes, flush);
    png_set_IHDR(e->png, e->info, width, height, 8, color_type(channels), PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(e->png, e->info);
    for (uint32_t y = 0; y < height; y++) png_write_row(e->png, pixels + (size_t)y * width * (size_t)channels);
    png_write_end(e->png, e->info);
}

ic_status ic_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels, uint8_t **bytes,
                        size_t *count, ic_message *message) {
    assert(pixels && bytes && count && message && (channels == 1 || channels == 3 || channels == 4));
    *bytes = NULL;
    png_encoder *e = calloc(1, sizeof *e);
    if (!e) return IC_OUT_OF_MEMORY;
    ic_status status = IC_OK;
    e->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, e, on_error, on_warning);
    e->info = e->png ? png_create_info_struct(e->png) : NULL;
    if (!e->info) {
        status = IC_OUT_OF_MEMORY;
    } else if (setjmp(e->jump)) {
        status = IC_UNSUPPORTED;
        *message = e->message;
        free(e->bytes);
    } else {
        encode(e, pixels, width, height, channels);
        *bytes = e->bytes;
        *count = e->count;
    }
    if (e->png) png_destroy_write_struct(&e->png, &e->info);
    free(e);
    return status;
}
