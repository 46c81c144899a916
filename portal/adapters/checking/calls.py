"""The calls of the system that a process which reads a hostile file is refused: a filter (seccomp) it cannot take off again.

A list of what is forbidden, not of what is needed: a new version of a library that asks for something harmless goes on
working. What came into Linux with 5.1 or later, which the libraries can do without, is unknown to it altogether.
"""

import ctypes
import os
import platform
import struct
from errno import ENOSYS, EPERM

Numbers = tuple[int, int | None]
"""A call's number on x86_64, and on aarch64, which never had some of the old ones."""

FORBIDDEN: dict[str, Numbers] = {
    # Other processes: reading and writing them, ending them, slowing them down.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "prlimit64": (302, 261),
    "setpriority": (141, 140),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "ioprio_set": (251, 30),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # Who is told by a signal of what a descriptor has to read: with it any process of the same user can be ended.
    "fcntl": (72, 25),
    "ioctl": (16, 29),
    # Further processes, and other programs.
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "clone": (56, 220),
    "unshare": (272, 97),
    "setns": (308, 268),
    # The network, and what else processes say to each other.
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgctl": (71, 187),
    "semget": (64, 190),
    "semctl": (66, 191),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    # Files: opening them, and all that is done to them by name, without opening any.
    "open": (2, None),
    "openat": (257, 56),
    "creat": (85, None),
    "open_by_handle_at": (304, 265),
    "memfd_create": (319, 279),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "truncate": (76, 45),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    # The system itself, and the parts of it in which holes are found most often.
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
}

NEW = 424
"""From here on calls have the same number on every machine: pidfd_open, clone3, openat2, io_uring and whatever comes."""

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Where a machine's numbers stand, and what the system calls it (audit.h)."""

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # bpf_common.h
_KILL, _REFUSE, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000  # seccomp.h
_NUMBER_AT, _MACHINE_AT = 0, 4  # struct seccomp_data
_SET_SECCOMP, _FILTER = 22, 2  # prctl.h, seccomp.h

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def numbers_here(machine: str) -> list[int]:
    """The numbers of what is forbidden, on a machine of this kind."""
    place, _ = MACHINES[machine]
    return [number for one in FORBIDDEN.values() if (number := one[place]) is not None]


def _written(machine: str) -> bytes:
    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("=HBBI", code, yes, no, value)

    _, name = MACHINES[machine]
    # A call by another machine's numbers, as 32-bit programs make them, would mean something else.
    steps = [step(_LOAD, _MACHINE_AT), step(_EQUAL, name, yes=1), step(_RETURN, _KILL), step(_LOAD, _NUMBER_AT)]
    steps += [step(_AT_LEAST, NEW, no=1), step(_RETURN, _REFUSE | ENOSYS)]
    for number in numbers_here(machine):
        steps += [step(_EQUAL, number, no=1), step(_RETURN, _REFUSE | EPERM)]
    return b"".join([*steps, step(_RETURN, _ALLOW)])


_STEPS = _written(platform.machine()) if platform.machine() in MACHINES else b""
_HELD = ctypes.create_string_buffer(_STEPS, len(_STEPS) + 1)


def forbid_calls() -> None:
    """From now on this process is refused them, for good; raises OSError where the system knows no filters.

    On a machine of another kind nothing is forbidden: what binds a process there are its limits alone.
    """
    if not _STEPS:
        return
    program = _Program(len(_STEPS) // 8, ctypes.addressof(_HELD))
    if _libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
