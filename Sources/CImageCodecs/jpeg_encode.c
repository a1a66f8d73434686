/* Pixels → JPEG bytes (baseline, YCbCr 4:2:0 or grey), by libjpeg. */
#include "codec_context.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

typedef struct {
    jmp_buf jump;
    ic_message message;
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *bytes;
    unsigned long count;
} jpeg_encoder;

static void on_error(j_common_ptr jpeg) {
    jpeg_encoder *encoder = jpeg->client_data;
    char text[JMSG_LENGTH_MAX];
    (*jpeg->err->format_message)(jpeg, text);
    ic_copy_text(&encoder->message, text);
    longjmp(encoder->jump, 1);
}

static void print_nothing(j_common_ptr jpeg) { (void)jpeg; }

static void encode(jpeg_encoder *e, const uint8_t *pixels, uint32_t width, uint32_t height, int channels, int quality) {
    jpeg_create_compress(&e->jpeg);
    e->jpeg.client_data = e;
    jpeg_mem_dest(&e->jpeg, &e->bytes, &e->count);
    e->jpeg.image_width = width;
    e->jpeg.image_height = height;
    e->jpeg.input_components = channels;
    e->jpeg.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&e->jpeg);
    jpeg_set_quality(&e->jpeg, quality, TRUE);
    jpeg_start_compress(&e->jpeg, TRUE);
    while (e->jpeg.next_scanline < height) {
        /* libjpeg's type is not const; it does not write. */
        JSAMPROW row = (JSAMPROW)(uintptr_t)(pixels + (size_t)e->jpeg.next_scanline * width * (size_t)channels);
        jpeg_write_scanlines(&e->jpeg, &row, 1);
    }
    jpeg_finish_compress(&e->jpeg);
}

ic_status ic_jpeg_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels, int quality,
                         uint8_t **bytes, size_t *count, ic_message *message) {
    assert(pixels && bytes && count && message && (channels == 1 || channels == 3));
    *bytes = NULL;
    jpeg_encoder *e = calloc(1, sizeof *e);
    if (!e) return IC_OUT_OF_MEMORY;
    e->jpeg.err = jpeg_std_error(&e->errors);
    e->errors.error_exit = on_error;
    e->errors.output_message = print_nothing;
    e->jpeg.client_data = e;
    ic_status status = IC_OK;
    if (setjmp(e->jump)) {
        status = IC_UNSUPPORTED;
        *message = e->message;
        free(e->bytes);
    } else {
        encode(e, pixels, width, height, channels, quality);
        *bytes = e->bytes;
        *count = e->count;
    }
    jpeg_destroy_compress(&e->jpeg);
    free(e);
    return status;
}
