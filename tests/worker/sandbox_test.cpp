// Each layer by itself: what holds when another one has a hole.
#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <functional>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "native/worker/landlock.hpp"
#include "native/worker/syscall_filter.hpp"

namespace limpid::worker {
namespace {

/// Run `test` in a process of its own. @return its wait status, the exit status being what `test`
/// returned.
int in_child(const std::function<int()>& test) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        ::_exit(test());
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return status;
}

bool exited_with(int status, int expected) {
    return WIFEXITED(status) && WEXITSTATUS(status) == expected;
}

TEST(Sandbox, LandlockAloneForbidsPaths) {
    if (exited_with(in_child([] { return forbid_paths(); }), 0)) GTEST_SKIP() << "no Landlock";
    EXPECT_TRUE(exited_with(in_child([] {
                                if (::open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0) return 1;
                                if (forbid_paths() == 0) return 2;
                                return ::open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 ? errno : 0;
                            }),
                            EACCES));
    EXPECT_TRUE(exited_with(in_child([] {
                                if (forbid_paths() == 0) return 2;
                                char* nothing[] = {nullptr};
                                ::execve("/bin/true", nothing, nothing);
                                return errno;
                            }),
                            EACCES));
}

TEST(Sandbox, LandlockAloneForbidsTcpAndSignals) {
    const int abi = WEXITSTATUS(in_child([] { return forbid_paths(); }));
    if (abi < 6) GTEST_SKIP() << "Landlock " << abi;
    EXPECT_TRUE(exited_with(in_child([] {
                                if (forbid_paths() == 0) return 255;
                                const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
                                sockaddr_in address{};
                                address.sin_family = AF_INET;
                                address.sin_port = htons(9);
                                address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
                                ::connect(socket, reinterpret_cast<sockaddr*>(&address),
                                          sizeof(address));
                                return errno;
                            }),
                            EACCES));
    EXPECT_TRUE(exited_with(in_child([] {
                                if (forbid_paths() == 0) return 255;
                                return ::kill(::getppid(), 0) == 0 ? 0 : errno;
                            }),
                            EPERM));
}

TEST(Sandbox, TheFilterAloneEndsTheProcess) {
    const int status = in_child([] {
        if (!filter_syscalls()) return 1;
        ::open("/etc/passwd", O_RDONLY | O_CLOEXEC);
        return 2;
    });
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), SIGSYS);
}

}  // namespace
}  // namespace limpid::worker
