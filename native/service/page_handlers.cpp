// The handler of the playground's files.
#include <utility>

#include "service/enhance_request.hpp"
#include "service/pages/page_files.hpp"
#include "service/service.hpp"

namespace limpid::service {

bool Service::has_page(std::string_view path) const {
    return pages_ != nullptr && pages_->find(path) != nullptr;
}

void Service::send_page(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    const auto file = pages_ == nullptr ? nullptr : pages_->find(exchange->head.path);
    if (file == nullptr) return answer(refuse(*exchange, Error(ErrorCode::http_not_found)));
    Response response;
    response.fields = file->fields;
    if (matches_tag(exchange->head.field("If-None-Match").value_or(""), file->tag)) {
        response.status = 304;
        return answer(std::move(response));
    }
    response.bytes = file->bytes.span();
    response.owner = file;
    answer(std::move(response));
}

}  // namespace limpid::service
