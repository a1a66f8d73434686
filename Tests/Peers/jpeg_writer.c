/* Writes one JPEG file with what Pillow's writer cannot: any sampling factors, YCCK, plain CMYK, arithmetic coding,
 * scans one component at a time. Used by image_cases.py; never part of the package.
 *
 *     cc -O1 -o jpeg_writer jpeg_writer.c -ljpeg
 *     ./jpeg_writer WIDTH HEIGHT SEED grey|ycc|rgb|cmyk|ycck H1V1[H2V2...] QUALITY RESTART FLAGS > file.jpg
 *
 * FLAGS: letters of p (progressive), a (arithmetic), s (one scan a component), n (no Adobe marker), x (nothing).
 * Pixels: smooth colour fields with a little noise, a function of position and seed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

static unsigned noise(unsigned x) {
    x ^= x >> 16;
    x *= 0x7feb352dU;
    x ^= x >> 15;
    x *= 0x846ca68bU;
    return x ^ x >> 16;
}

int main(int count, char **arguments) {
    if (count != 9) return 64;
    unsigned width = atoi(arguments[1]), height = atoi(arguments[2]), seed = atoi(arguments[3]);
    const char *space = arguments[4], *sampling = arguments[5], *flags = arguments[8];
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_stdio_dest(&jpeg, stdout);
    int inks = !strcmp(space, "cmyk") || !strcmp(space, "ycck");
    int grey = !strcmp(space, "grey");
    jpeg.image_width = width;
    jpeg.image_height = height;
    jpeg.input_components = grey ? 1 : inks ? 4 : 3;
    jpeg.in_color_space = grey ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
    jpeg_set_defaults(&jpeg);
    if (!strcmp(space, "rgb")) jpeg_set_colorspace(&jpeg, JCS_RGB);
    if (!strcmp(space, "ycck")) jpeg_set_colorspace(&jpeg, JCS_YCCK);
    jpeg_set_quality(&jpeg, atoi(arguments[6]), TRUE);
    for (int c = 0; c < jpeg.num_components && sampling[2 * c] && sampling[2 * c + 1]; c++) {
        jpeg.comp_info[c].h_samp_factor = sampling[2 * c] - '0';
        jpeg.comp_info[c].v_samp_factor = sampling[2 * c + 1] - '0';
    }
    jpeg.restart_interval = atoi(arguments[7]);
    if (strchr(flags, 'a')) jpeg.arith_code = TRUE;
    if (strchr(flags, 'n')) jpeg.write_Adobe_marker = FALSE;
    if (strchr(flags, 'p')) jpeg_simple_progression(&jpeg);
    static jpeg_scan_info scans[4];
    if (strchr(flags, 's')) {
        for (int c = 0; c < jpeg.num_components; c++) {
            scans[c] = (jpeg_scan_info){.comps_in_scan = 1, .component_index = {c}, .Ss = 0, .Se = 63};
        }
        jpeg.scan_info = scans;
        jpeg.num_scans = jpeg.num_components;
    }
    jpeg_start_compress(&jpeg, TRUE);
    unsigned char *row = malloc((size_t)width * 4);
    while (jpeg.next_scanline < height) {
        unsigned y = jpeg.next_scanline;
        for (unsigned x = 0; x < width; x++) {
            for (int c = 0; c < jpeg.input_components; c++) {
                unsigned slope = noise(seed * 31 + c) % 7 + 1;
                row[x * jpeg.input_components + c] =
                    (unsigned char)(x * slope + y * (8 - slope) + noise(seed ^ (x / 3) << 8 ^ (y / 5) << 16 ^ c) % 40);
            }
        }
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    return 0;
}
