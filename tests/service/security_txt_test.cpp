#include "native/service/security_txt.hpp"

#include <gtest/gtest.h>

namespace limpid::service {
namespace {

TEST(SecurityTxt, I21_ContactAndExpiry) {
    // 2026-12-31T23:59:59Z
    EXPECT_EQ(security_txt("mailto:security@example.org", {1'798'761'599}),
              "Contact: mailto:security@example.org\nExpires: 2027-03-31T00:00:00Z\n");
}

TEST(SecurityTxt, I21_ContactsAreUris) {
    for (const char* good :
         {"", "mailto:a@example.org", "https://example.org/report", "tel:+1-555"}) {
        EXPECT_TRUE(check_security_contact(good).has_value()) << good;
    }
    for (const char* bad : {"a@example.org", "http://example.org/", "mailto:", "mailto:a@b\nX: y",
                            "mailto:a b", "javascript:alert(1)"}) {
        const auto status = check_security_contact(bad);
        ASSERT_FALSE(status.has_value()) << bad;
        EXPECT_EQ(status.error().id(), ErrorCode::config_invalid_value);
    }
}

}  // namespace
}  // namespace limpid::service
