/* JPEG bytes → RGB, by libjpeg with its default settings (slow-integer DCT, smooth upsampling), which are Pillow's too.
 *
 * CMYK and YCCK: libjpeg gives CMYK, taken as Adobe writes it (inverted) whether or not an Adobe marker says so, and
 * turned into RGB in the arithmetic of Pillow's `convert("RGB")`.
 */
#include "codec_context.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
/* After jpeglib.h. */
#include <jerror.h>

/* A progressive file may hold any number of scans that each cost a pass over the picture; nobody writes more. */
enum { MAXIMUM_SCANS = 500, ROWS_AT_ONCE = 16 };

typedef struct {
    ic_decoder base;
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    bool created;
} jpeg_decoder;

/* MARK: - Callbacks of libjpeg */

static ic_status status_of(int code) {
    switch (code) {
    case JERR_OUT_OF_MEMORY: return IC_OUT_OF_MEMORY;
    case JWRN_JPEG_EOF:
    case JERR_INPUT_EMPTY:
    case JERR_INPUT_EOF: return IC_TRUNCATED;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_SOF_UNSUPPORTED: return IC_UNSUPPORTED;
    default: return IC_DAMAGED;
    }
}

static void on_error(j_common_ptr jpeg) {
    jpeg_decoder *decoder = jpeg->client_data;
    char text[JMSG_LENGTH_MAX];
    (*jpeg->err->format_message)(jpeg, text);
    ic_note_failure(&decoder->base, status_of(jpeg->err->msg_code), text);
    longjmp(decoder->base.jump, 1);
}

/* libjpeg goes on after damage and invents the missing pixels: a file that ends early is only a warning to it. Where
 * pixels were lost it is an error here; oddities that cost no pixel (bytes between segments, an unknown Adobe or JFIF
 * number, scan parameters that a sequential file ignores) are not. */
static void on_message(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    switch (jpeg->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
    case JWRN_TOO_MUCH_DATA: jpeg->err->num_warnings++; return;
    default: on_error(jpeg);
    }
}

static void print_nothing(j_common_ptr jpeg) { (void)jpeg; }

static void on_progress(j_common_ptr jpeg) {
    jpeg_decoder *decoder = jpeg->client_data;
    if (decoder->jpeg.input_scan_number <= MAXIMUM_SCANS) return;
    ic_note_failure(&decoder->base, IC_UNSUPPORTED, "more than 500 scans");
    longjmp(decoder->base.jump, 1);
}

static void fail(jpeg_decoder *d, ic_status status, const char *text) {
    ic_note_failure(&d->base, status, text);
    longjmp(d->base.jump, 1);
}

/* MARK: - Header */

static const char exif_prefix[6] = "Exif\0";
static const char xmp_prefix[29] = "http://ns.adobe.com/xap/1.0/";

static void keep_metadata(jpeg_decoder *d) {
    for (jpeg_saved_marker_ptr marker = d->jpeg.marker_list; marker; marker = marker->next) {
        bool kept = true;
        size_t count = marker->data_length;
        if (count >= sizeof exif_prefix && memcmp(marker->data, exif_prefix, sizeof exif_prefix) == 0) {
            size_t skip = d->base.exif.count ? sizeof exif_prefix : 0; /* a second segment continues the first */
            kept = ic_block_append(&d->base.exif, marker->data + skip, count - skip);
        } else if (count >= sizeof xmp_prefix && memcmp(marker->data, xmp_prefix, sizeof xmp_prefix) == 0) {
            kept = ic_block_set(&d->base.xmp, marker->data + sizeof xmp_prefix, count - sizeof xmp_prefix);
        }
        if (!kept) fail(d, IC_OUT_OF_MEMORY, "not enough memory for the metadata");
    }
}

/* The rule of Pillow's JpegImageFile.draft. */
static unsigned reduction(const struct jpeg_decompress_struct *jpeg, uint32_t least_width, uint32_t least_height) {
    if (least_width == 0 || least_height == 0) return 1;
    uint32_t across = jpeg->image_width / least_width;
    uint32_t down = jpeg->image_height / least_height;
    uint32_t scale = across < down ? across : down;
    return scale >= 8 ? 8 : scale >= 4 ? 4 : scale >= 2 ? 2 : 1;
}

static void read_header(jpeg_decoder *d, const uint8_t *bytes, size_t count, uint32_t least_width,
                        uint32_t least_height) {
    jpeg_create_decompress(&d->jpeg);
    d->created = true;
    d->jpeg.client_data = d;
    d->jpeg.progress = &d->progress;
    d->progress.progress_monitor = on_progress;
    jpeg_mem_src(&d->jpeg, bytes, (unsigned long)count);
    jpeg_save_markers(&d->jpeg, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(&d->jpeg, TRUE);
    keep_metadata(d);

    int components = d->jpeg.num_components;
    if (components != 1 && components != 3 && components != 4) {
        fail(d, IC_UNSUPPORTED, "a number of colour components other than 1, 3 and 4");
    }
    d->jpeg.out_color_space = components == 4 ? JCS_CMYK : JCS_RGB;
    d->jpeg.scale_num = 1;
    d->jpeg.scale_denom = reduction(&d->jpeg, least_width, least_height);
    jpeg_calc_output_dimensions(&d->jpeg);
}

ic_status ic_jpeg_open(const uint8_t *bytes, size_t count, uint32_t least_width, uint32_t least_height,
                       ic_decoder **decoder, ic_info *info, ic_message *message) {
    assert(bytes && decoder && info && message);
    *decoder = NULL;
    jpeg_decoder *d = calloc(1, sizeof *d);
    if (!d) return IC_OUT_OF_MEMORY;
    d->base.format = IC_JPEG;
    d->jpeg.err = jpeg_std_error(&d->errors);
    d->errors.error_exit = on_error;
    d->errors.emit_message = on_message;
    d->errors.output_message = print_nothing;
    d->jpeg.client_data = d;
    if (setjmp(d->base.jump)) {
        ic_status status = d->base.status;
        *message = d->base.message;
        ic_close(&d->base);
        return status;
    }
    read_header(d, bytes, count, least_width, least_height);
    *info = (ic_info){d->jpeg.output_width, d->jpeg.output_height, false, d->jpeg.image_width, d->jpeg.image_height};
    *decoder = &d->base;
    return IC_OK;
}

/* MARK: - Pixels */

/* a·b/255, rounded. */
static uint32_t scaled(uint32_t a, uint32_t b) {
    uint32_t product = a * b + 128;
    return ((product >> 8) + product) >> 8;
}

/* `cmyk` as Adobe stores it: 255 is no ink. */
static void convert_cmyk(const uint8_t *cmyk, uint8_t *rgb, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t light = cmyk[4 * i + 3];
        for (size_t c = 0; c < 3; c++) rgb[3 * i + c] = (uint8_t)(light - scaled(255u - cmyk[4 * i + c], light));
    }
}

static void read_rows(jpeg_decoder *d, uint8_t *rgb) {
    size_t width = d->jpeg.output_width;
    bool cmyk = d->jpeg.out_color_space == JCS_CMYK;
    JSAMPARRAY inks = NULL;
    if (cmyk) inks = (*d->jpeg.mem->alloc_sarray)((j_common_ptr)&d->jpeg, JPOOL_IMAGE, (JDIMENSION)width * 4, 1);
    while (d->jpeg.output_scanline < d->jpeg.output_height) {
        size_t y = d->jpeg.output_scanline;
        if (cmyk) {
            jpeg_read_scanlines(&d->jpeg, inks, 1);
            convert_cmyk(inks[0], rgb + y * width * 3, width);
        } else {
            JSAMPROW rows[ROWS_AT_ONCE];
            size_t left = d->jpeg.output_height - y;
            size_t count = left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE;
            for (size_t i = 0; i < count; i++) rows[i] = rgb + (y + i) * width * 3;
            jpeg_read_scanlines(&d->jpeg, rows, (JDIMENSION)count);
        }
    }
}

/* A component without any scan would be grey, invented. A progressive file may leave out or stop refining coefficients,
 * but not a component's mean; where bytes had to be skipped as well, a scan was lost. */
static void require_complete_scans(jpeg_decoder *d) {
    bool progressive = d->jpeg.progressive_mode && d->jpeg.coef_bits;
    for (int c = 0; c < d->jpeg.num_components; c++) {
        /* libjpeg notes a component's quantisation table at its first scan. */
        bool missing = !d->jpeg.comp_info[c].quant_table || (progressive && d->jpeg.coef_bits[c][0] < 0);
        if (missing) fail(d, IC_DAMAGED, "a colour component is missing from every scan");
        if (!progressive) continue;
        for (int k = 0; k < DCTSIZE2 && d->errors.num_warnings > 0; k++) {
            if (d->jpeg.coef_bits[c][k] != 0) fail(d, IC_DAMAGED, "a scan is missing, and there are stray bytes");
        }
    }
}

ic_status ic_jpeg_decode(ic_decoder *decoder, uint8_t *rgb) {
    jpeg_decoder *d = (jpeg_decoder *)decoder;
    if (setjmp(d->base.jump)) return d->base.status;
    jpeg_start_decompress(&d->jpeg);
    require_complete_scans(d);
    read_rows(d, rgb);
    jpeg_finish_decompress(&d->jpeg);
    return IC_OK;
}

void ic_jpeg_close(ic_decoder *decoder) {
    jpeg_decoder *d = (jpeg_decoder *)decoder;
    if (d->created) jpeg_destroy_decompress(&d->jpeg);
    free(d);
}
