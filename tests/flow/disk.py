"""disk - a small disk of its own, which can be full.

It is a tmpfs: that needs root, or leave to make a user namespace."""
import ctypes
import os
import shutil

libc = ctypes.CDLL(None, use_errno=True)


class SmallDisk:
    def __init__(self, path, megabytes):
        self.path = path
        os.mkdir(path)
        if libc.mount(b"tmpfs", path.encode(), b"tmpfs", 0,
                      b"size=%dm" % megabytes):
            raise OSError(ctypes.get_errno(), "mount")

    def fill(self, leave):
        free = shutil.disk_usage(self.path).free
        with open(self.path + "/filler", "wb") as f:
            f.write(bytes(max(0, free - leave)))

    def free(self):
        os.remove(self.path + "/filler")

    def gone(self):
        assert libc.umount(self.path.encode()) == 0
        os.rmdir(self.path)


def may_mount():
    try:
        SmallDisk("probe", 1).gone()
        return True
    except OSError:
        os.rmdir("probe")
        return False
