"""Runs limpid one system call at a time, to kill it between any two of them."""

import ctypes
import os
import signal

import cli

PTRACE_TRACEME = 0
PTRACE_SYSCALL = 24
PTRACE_SETOPTIONS = 0x4200
PTRACE_O_EXITKILL = 0x100000

_ptrace = ctypes.CDLL(None, use_errno=True).ptrace
_ptrace.argtypes = (ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_ptrace.restype = ctypes.c_long


def _call(request, pid, data=0):
    if _ptrace(request, pid, None, data) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")


class Stepped:
    """A limpid without input and output, stopped before its first instruction.

    step() runs it to the next entry into or return from a system call. It ends with kill(), or with this process.
    """

    def __init__(self, *arguments):
        # The leak sanitiser cannot look at a process that is being traced.
        environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
        self.status = None
        self.pid = os.fork()
        if self.pid == 0:
            self._become(arguments, environment)
        self._wait()
        _call(PTRACE_SETOPTIONS, self.pid, PTRACE_O_EXITKILL)

    @staticmethod
    def _become(arguments, environment):
        try:
            null = os.open(os.devnull, os.O_RDWR)
            for descriptor in range(3):
                os.dup2(null, descriptor)
            _call(PTRACE_TRACEME, 0)
            os.execve(cli.PROGRAM, [cli.PROGRAM, *map(os.fspath, arguments)], environment)
        finally:
            os._exit(126)

    def _wait(self):
        _, status = os.waitpid(self.pid, 0)
        if not os.WIFSTOPPED(status):
            self.status = os.waitstatus_to_exitcode(status)
        return status

    def step(self):
        """@return whether it still runs; `status` says how it ended otherwise."""
        _call(PTRACE_SYSCALL, self.pid)
        self._wait()
        return self.status is None

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        while self.status is None:
            self._wait()
        assert self.status == -signal.SIGKILL, f"it had ended with {self.status}"
