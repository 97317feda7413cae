package io.hawser.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** What the kernel keeps for sockets, of the whole machine: to be read before and after. */
public final class KernelMemory {
    /** Caches that a TCP connection has objects in; the directory entry of its file included. */
    private static final Set<String> OF_SOCKETS = Set.of(
            "TCP",
            "TCPv6",
            "sock_inode_cache",
            "filp",
            "eventpoll_epi",
            "ep_head",
            "tcp_bind_bucket",
            "tcp_bind2_bucket");

    private static final int DENTRY_BYTES = 192;
    private static final int ACTIVE_FIELD = 1;
    private static final int SIZE_FIELD = 3;

    private KernelMemory() {}

    /** Bytes of sockets' objects; empty: only the superuser may know. */
    public static OptionalLong socketBytes() {
        try {
            List<String> caches = Files.readAllLines(Path.of("/proc/slabinfo"));
            return OptionalLong.of(caches.stream()
                    .map(line -> line.split("\\s+", -1))
                    .filter(fields -> OF_SOCKETS.contains(fields[0]))
                    .mapToLong(KernelMemory::bytes)
                    .sum());
        } catch (IOException notAllowed) {
            return OptionalLong.empty();
        }
    }

    /** Each socket has an entry of a directory, too; those of other files come and go by the hundred thousand. */
    private static long bytes(String[] cache) {
        long each = Long.parseLong(cache[SIZE_FIELD]) + (cache[0].equals("sock_inode_cache") ? DENTRY_BYTES : 0);
        return Long.parseLong(cache[ACTIVE_FIELD]) * each;
    }
}
