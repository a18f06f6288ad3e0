#include "service/image_response.hpp"

#include <memory>
#include <span>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "service/accept.hpp"

namespace limpid::service {

Response image_response(worker::Done done) {
    Response response;
    const auto owner = std::make_shared<worker::Mapping>(std::move(done.output));
    response.bytes = owner->bytes();
    response.owner = owner;
    const FileFormat format = done.output_format.value_or(FileFormat::jpeg);
    response.fields = {{"Content-Type", std::string(media_type_of(format))}};
    return response;
}

std::string digest_field(const Sha256& digest) {
    return "sha-256=:" +
           security::encode_base64(std::as_bytes(std::span(digest)), security::Base64::standard) +
           ":";
}

}  // namespace limpid::service
