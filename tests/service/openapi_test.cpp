#include "native/service/openapi.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "native/service/routes.hpp"
#include "native/service/text.hpp"

namespace limpid::service {
namespace {

TEST(OpenApi, DescribesEveryRouteAndNothingElse) {
    const auto document = nlohmann::json::parse(openapi_json());
    EXPECT_EQ(document["openapi"], "3.1.0");
    std::size_t described = 0;
    for (const auto& [path, operations] : document["paths"].items()) {
        for (const auto& [method, operation] : operations.items()) {
            ++described;
            EXPECT_TRUE(operation["responses"].contains("default")) << path;
            EXPECT_TRUE(operation["responses"].contains("200") ||
                        operation["responses"].contains("204") ||
                        operation["responses"].contains("101"))
                << path;
            EXPECT_EQ(
                operation.contains("parameters") && operation["parameters"][0]["name"] == "id",
                path.contains("{id}"))
                << path;
        }
    }
    std::size_t expected = 0;
    for (const Route& route : routes()) {
        if (route.surface == Surface::metrics || route.surface == Surface::rpc ||
            route.surface == Surface::pages) {
            continue;
        }
        ++expected;
        const std::string method = lower_case(route.method);
        const auto& operation = document["paths"][std::string(route.path)][method];
        EXPECT_EQ(operation["security"].empty(), route.access != Access::scoped) << route.path;
        EXPECT_EQ(operation.contains("requestBody"), route.body != Body::none) << route.path;
    }
    EXPECT_EQ(described, expected);
    const auto& codes = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"];
    EXPECT_NE(std::ranges::find(codes, "image.truncated"), codes.end());
}

TEST(OpenApi, NamesTheSizeThatIsAskedFor) {
    const auto document = nlohmann::json::parse(openapi_json());
    for (const char* path : {"/v1/enhance", "/v1/jobs"}) {
        const auto& operation = document["paths"][path]["post"];
        const auto& form =
            operation["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"];
        for (const char* name : {"width", "height", "fit", "enlarge"}) {
            EXPECT_TRUE(form.contains(name)) << path << name;
            EXPECT_TRUE(std::ranges::any_of(operation["parameters"],
                                            [&](const auto& parameter) {
                                                return parameter["name"] == name &&
                                                       parameter["in"] == "query";
                                            }))
                << path << name;
        }
        EXPECT_EQ(form["width"]["maximum"], 65'535);
        EXPECT_EQ(form["fit"]["enum"], nlohmann::json::array({"inside", "cover", "exact"}));
    }
}

TEST(Routes, OnlyWhatIsNamedHereIsForEverybody) {
    for (const Route& route : routes()) {
        const bool is_public =
            route.path == "/livez" || route.path == "/readyz" || route.path == "/health" ||
            route.path == "/.well-known/security.txt" || route.path == "/v1/license" ||
            route.path == "/v1/setup" || (route.path == "/v1/session" && route.method == "POST") ||
            route.path == "/rpc/initialize" || route.surface == Surface::metrics ||
            route.surface == Surface::pages;
        EXPECT_EQ(route.access == Access::everybody, is_public) << route.path;
        EXPECT_EQ(route.scope.empty(), is_public || route.path == "/i/{rest}") << route.path;
        EXPECT_EQ(route.access == Access::signed_url, route.path == "/i/{rest}") << route.path;
    }
}

TEST(Routes, P21_WhatNeedsTheScopeAdminIsForTheListenerOfAdministrators) {
    for (const Route& route : routes()) {
        EXPECT_EQ(route.scope == "admin", route.surface == Surface::admin) << route.path;
    }
    EXPECT_EQ(allowed_methods(Surface::api, "/v1/users"), "");
    EXPECT_EQ(allowed_methods(Surface::admin, "/v1/users"), "GET, HEAD, POST");
    EXPECT_EQ(allowed_methods(Surface::admin, "/v1/enhance"), "");
    const Route* const log_in = find_route(Surface::admin, "POST", "/v1/session");
    EXPECT_NE(log_in, nullptr);
    EXPECT_EQ(log_in, find_route(Surface::api, "POST", "/v1/session"));
}

TEST(Routes, TheRestOfAPathIsEverythingThatFollows) {
    const Route* const route = find_route(Surface::api, "GET", "/i/a/b:c/plain/local:///d");
    ASSERT_NE(route, nullptr);
    EXPECT_EQ(path_id(*route, "/i/a/b:c/plain/local:///d"), "a/b:c/plain/local:///d");
    EXPECT_NE(find_route(Surface::api, "GET", "/i/"), nullptr);
    EXPECT_EQ(find_route(Surface::api, "GET", "/i"), nullptr);
    // What the playground has is asked for by name alone.
    EXPECT_EQ(find_route(Surface::api, "GET", "/"), nullptr);
    EXPECT_EQ(allowed_methods(Surface::api, "/index.html"), "");
}

TEST(Routes, HeadIsGetAndTheRestIsExact) {
    EXPECT_EQ(find_route(Surface::api, "HEAD", "/livez"),
              find_route(Surface::api, "GET", "/livez"));
    for (const char* path : {"/livez/", "/LIVEZ", "//livez", "/metrics", "/livez%00", ""}) {
        EXPECT_EQ(find_route(Surface::api, "GET", path), nullptr) << path;
    }
    EXPECT_EQ(find_route(Surface::api, "get", "/livez"), nullptr);
    EXPECT_EQ(find_route(Surface::api, "POST", "/livez"), nullptr);
    EXPECT_EQ(allowed_methods(Surface::api, "/livez"), "GET, HEAD");
    EXPECT_EQ(allowed_methods(Surface::api, "/v1/enhance"), "POST");
}

}  // namespace
}  // namespace limpid::service
