"""The worker with a press that lays each document out in full: what reusing pages is compared with."""

from portal.working import work

if __name__ == "__main__":
    work(reuse=False)
