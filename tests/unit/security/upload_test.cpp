#include "limpid/security/upload.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace limpid::security::upload_test {
namespace {

using namespace std::string_literals;

constexpr std::string_view kJpegStart = "\xFF\xD8\xFF\xE0\x00\x10JFIF";

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string photo() { return read(LIMPID_TEST_DATA "/jpeg/420.jpg"); }

/// "ok" or the error's code.
std::string verdict(const std::string& content, std::optional<std::string_view> declared = {},
                    const UploadPolicy& policy = {}) {
    const auto type = check_upload(as_bytes(content), declared, policy);
    return std::string(type ? "ok" : type.error().code());
}

TEST(Upload, V12_AcceptsTheImagesOfTheTestData) {
    std::size_t images = 0;
    for (const char* folder : {"jpeg", "png", "webp", "orientation", "photos"}) {
        for (const auto& entry : std::filesystem::directory_iterator(
                 std::filesystem::path(LIMPID_TEST_DATA) / folder)) {
            const std::string end = entry.path().extension().string();
            const bool jpeg = end == ".jpg";
            if (!jpeg && end != ".png" && end != ".webp") continue;
            const std::string declared = jpeg ? "image/jpeg" : "image/" + end.substr(1);
            EXPECT_EQ(verdict(read(entry.path()), declared), "ok") << entry.path();
            ++images;
        }
    }
    EXPECT_GT(images, 50u);
}

TEST(Upload, V12_ContentAndDeclarationMustAgreeAndBeAllowed) {
    const std::string jpeg = photo();
    EXPECT_EQ(verdict(jpeg, "image/jpeg"), "ok");
    EXPECT_EQ(verdict(jpeg, " IMAGE/JPG ; charset=binary"), "ok");
    EXPECT_EQ(verdict(jpeg, "application/octet-stream"), "ok");
    EXPECT_EQ(verdict(jpeg), "ok");
    EXPECT_EQ(verdict(jpeg, "image/png"), "upload.type_mismatch");
    EXPECT_EQ(verdict(jpeg, "image/svg+xml"), "upload.unsupported_type");
    EXPECT_EQ(verdict(jpeg, "text/html"), "upload.unsupported_type");
    EXPECT_EQ(verdict(jpeg, "nonsense"), "upload.unsupported_type");
    UploadPolicy png_only;
    png_only.allowed = {MediaType::png};
    EXPECT_EQ(verdict(jpeg, {}, png_only), "upload.unsupported_type");
}

TEST(Upload, V12_RefusesWhatIsNoImageWhateverItIsCalled) {
    const struct {
        std::string content;
        MediaType type;
    } rows[] = {
        {"GIF89a\x01\0\x01\0"s, MediaType::gif},
        {"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"s, MediaType::svg},
        {"\xEF\xBB\xBF  <?xml version='1.0'?><!-- x --><svg/>"s, MediaType::svg},
        {"<!DOCTYPE html><p>"s, MediaType::html},
        {"<?xml version='1.0'?><a/>"s, MediaType::xml},
        {"%PDF-1.7\n"s, MediaType::pdf},
        {"PK\x03\x04"s + std::string(40, '\0'), MediaType::zip},
        {"\x89HDF\r\n\x1A\n"s, MediaType::hdf5},
        {"MATLAB 5.0 MAT-file, Platform: GLNXA64"s, MediaType::matlab},
        {"\x7F"
         "ELF\x02\x01"s,
         MediaType::elf},
        {"MZ\x90\0"s, MediaType::portable_executable},
        {"\0\0\0\x18"
         "ftypheic"s,
         MediaType::heif},
        {"hello"s, MediaType::unknown},
        {"\x89PNG\r\n"s, MediaType::unknown},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(mime_type(sniff_media_type(as_bytes(row.content))), mime_type(row.type));
        for (const char* declared : {"image/jpeg", "image/png", "application/octet-stream"}) {
            EXPECT_EQ(verdict(row.content, declared), "upload.unsupported_type")
                << mime_type(row.type);
        }
    }
}

TEST(Upload, V12_RefusesImagesThatAreSomethingElseToo) {
    const std::string jpeg = photo();
    std::string pdf = jpeg;
    pdf.insert(20, "%PDF-1.4");
    std::string hdf5 = jpeg + std::string(512, '\0');
    hdf5.replace(512, 8, "\x89HDF\r\n\x1A\n");
    std::string hdf5_far = jpeg + std::string(5000, '\0');
    hdf5_far.replace(4096, 8, "\x89HDF\r\n\x1A\n");
    std::string matlab = jpeg;
    matlab.replace(124, 4, "\x00\x01IM"s);
    std::string matlab_73 = jpeg;
    matlab_73.replace(124, 4, "\x00\x02IM"s);
    const std::string zip = jpeg + "PK\x05\x06"s + std::string(18, '\0');
    const std::string zip_comment = jpeg + "PK\x05\x06"s + std::string(16, '\0') + "\x05\0hello"s;
    const std::string javascript =
        "\xFF\xD8\xFF\xE0/*JFIF"s + std::string(100, '\0') + "*/=alert(1)/*" + jpeg.substr(4);
    for (const std::string& content :
         {pdf, hdf5, hdf5_far, matlab, matlab_73, zip, zip_comment, javascript,
          jpeg + "<?php system($_GET[0]);", jpeg + "<?PHP\n", jpeg + "<script>alert(1)</script>",
          jpeg + "<SCRIPT src=x>", jpeg + "<!DOCTYPE HTML>", jpeg + "<?= 1 ?>__HALT_COMPILER(); ?>",
          jpeg + "7z\xBC\xAF\x27\x1C", jpeg + "Rar!\x1A\x07\x01\0"s}) {
        EXPECT_EQ(verdict(content, "image/jpeg"), "upload.polyglot");
    }
    UploadPolicy gif;
    gif.allowed = {MediaType::gif};
    EXPECT_EQ(verdict("GIF89a=1;alert(1)//", "image/gif", gif), "upload.polyglot");
    EXPECT_EQ(verdict("GIF89a/*" + std::string(50, 'x') + "*/=alert(1)", "image/gif", gif),
              "upload.polyglot");
    EXPECT_EQ(verdict("GIF89a\x01\0\x01\0"s + std::string(50, '\0'), "image/gif", gif), "ok");
}

TEST(Upload, AcceptsWhatTelephonesAppend) {
    const std::string jpeg = photo();
    EXPECT_EQ(verdict(jpeg + jpeg, "image/jpeg"), "ok");
    EXPECT_EQ(verdict(jpeg + "\0\0\0\x18"s + "ftypmp42" + std::string(3000, 'x'), "image/jpeg"),
              "ok");
    // A word that only looks like an end record.
    EXPECT_EQ(verdict(jpeg + "PK\x05\x06 and some more text that is no archive", "image/jpeg"),
              "ok");
}

TEST(Upload, V13_TheSizeIsCheckedBeforeTheBodyAndWithIt) {
    constexpr std::uint64_t kLimit = 52'428'800;
    EXPECT_TRUE(check_upload_headers(kLimit, "image/jpeg").has_value());
    EXPECT_EQ(check_upload_headers(kLimit + 1, "image/jpeg").error().id(),
              ErrorCode::upload_too_large);
    EXPECT_EQ(check_upload_headers(0, "image/jpeg").error().id(), ErrorCode::upload_missing);
    EXPECT_TRUE(check_upload_headers({}, {}).has_value());
    EXPECT_EQ(check_upload_headers(10, "text/html").error().id(),
              ErrorCode::upload_unsupported_type);
    UploadPolicy small;
    small.max_bytes = photo().size();
    EXPECT_EQ(verdict(photo(), {}, small), "ok");
    EXPECT_EQ(verdict(photo() + "x", {}, small), "upload.too_large");
    EXPECT_EQ(verdict(""), "upload.missing");
    EXPECT_EQ(describe(ErrorCode::upload_too_large).http_status, 413);
    EXPECT_EQ(describe(ErrorCode::upload_missing).http_status, 400);
    EXPECT_EQ(describe(ErrorCode::upload_unsupported_type).http_status, 415);
    EXPECT_EQ(describe(ErrorCode::upload_polyglot).http_status, 415);
}

TEST(Upload, DecidesOnEveryPrefixOfAnImage) {
    const std::string jpeg = photo().substr(0, 600);
    for (std::size_t size = 1; size <= jpeg.size(); ++size) {
        const std::string exact = jpeg.substr(0, size);
        EXPECT_EQ(verdict(exact), size < 3 ? "upload.unsupported_type" : "ok") << size;
    }
    EXPECT_EQ(sniff_media_type(as_bytes(kJpegStart)), MediaType::jpeg);
}

}  // namespace
}  // namespace limpid::security::upload_test
