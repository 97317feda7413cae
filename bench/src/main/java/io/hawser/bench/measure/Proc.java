package io.hawser.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What Linux tells of a process in {@code /proc}. */
public final class Proc {
    /** Clock ticks a second in {@code /proc}: a constant of the kernel's interface on every platform that has Java 25. */
    private static final long TICKS_A_SECOND = 100;

    private static final long MICROS_A_TICK = 1_000_000 / TICKS_A_SECOND;
    private static final int USER_TIME_FIELD = 11;
    private static final int SYSTEM_TIME_FIELD = 12;
    /** Of the machine: user, nice, system, interrupts, soft interrupts, stolen. */
    private static final Integer[] BUSY_FIELDS = {0, 1, 2, 5, 6, 7};

    private static final String ESTABLISHED = "01";
    private static final String LISTENING = "0A";
    private static final int LOCAL_ADDRESS_FIELD = 1;
    private static final int REMOTE_ADDRESS_FIELD = 2;
    private static final int STATE_FIELD = 3;
    private static final int INODE_FIELD = 9;

    private final Path directory;

    private Proc(Path directory) {
        this.directory = directory;
    }

    public static Proc self() {
        return of(ProcessHandle.current().pid());
    }

    public static Proc of(long pid) {
        return new Proc(Path.of("/proc", Long.toString(pid)));
    }

    public long pid() {
        return Long.parseLong(directory.getFileName().toString());
    }

    /** CPU that all processes have used, and what was stolen from the machine, in microseconds. */
    static long machineMicros() {
        String[] fields = lines(Path.of("/proc/stat"))
                .getFirst()
                .replaceFirst("cpu +", "")
                .split(" ", -1);
        return Stream.of(BUSY_FIELDS)
                .mapToLong(field -> Long.parseLong(fields[field]) * MICROS_A_TICK)
                .sum();
    }

    /** Command lines of all processes that may be read, by process id; arguments are separated by blanks. */
    public static Map<Long, String> all() {
        Map<Long, String> commandLines = new HashMap<>();
        ProcessHandle.allProcesses()
                .forEach(process -> commandLine(process.pid())
                        .ifPresent(commandLine -> commandLines.put(process.pid(), commandLine)));
        return commandLines;
    }

    /** User and system CPU that the process has used, in microseconds; steps of 10,000. */
    public long cpuMicros() {
        return cpuMicros(read(directory.resolve("stat")));
    }

    /** The same by thread, keyed by the thread's name; threads of one name are added up. Those that ended do not count. */
    public Map<String, Long> cpuMicrosByThread() {
        Map<String, Long> byThread = new HashMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(directory.resolve("task"))) {
            for (Path task : tasks) {
                add(byThread, task);
            }
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
        return byThread;
    }

    /** Memory that is resident, in bytes. */
    public long residentBytes() {
        return lines(directory.resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(kibibytes -> Long.parseLong(kibibytes) * 1024)
                .findFirst()
                .orElseThrow(() -> new BenchException(directory + " has ended"));
    }

    /** TCP connections that are established from this machine to any of {@code ports}. */
    public static int connectionsTo(Set<Integer> ports) {
        return (int) sockets(ESTABLISHED)
                .filter(fields -> ports.contains(portOf(fields[REMOTE_ADDRESS_FIELD])))
                .count();
    }

    /**
     * Which of these has the end of a TCP connection that is at a port of this machine and leads to another one; empty: none,
     * or it may not be looked into.
     */
    public static Optional<Long> connected(Collection<Long> pids, int localPort, int remotePort) {
        Set<String> ends = inodes(sockets(ESTABLISHED)
                .filter(fields -> portOf(fields[LOCAL_ADDRESS_FIELD]) == localPort)
                .filter(fields -> portOf(fields[REMOTE_ADDRESS_FIELD]) == remotePort));
        return pids.stream().filter(pid -> of(pid).hasOneOf(ends)).findFirst();
    }

    /** Whether the process has a TCP socket that listens on this port. */
    boolean listensOn(int port) {
        return hasOneOf(inodes(sockets(LISTENING).filter(fields -> portOf(fields[LOCAL_ADDRESS_FIELD]) == port)));
    }

    private static Set<String> inodes(Stream<String[]> sockets) {
        return sockets.map(fields -> "socket:[" + fields[INODE_FIELD] + "]").collect(Collectors.toSet());
    }

    private boolean hasOneOf(Set<String> sockets) {
        try (Stream<Path> files = Files.list(directory.resolve("fd"))) {
            return files.map(Proc::linked).anyMatch(sockets::contains);
        } catch (IOException | UncheckedIOException notOursOrEnded) {
            return false;
        }
    }

    /** Empty: it was closed meanwhile. */
    private static String linked(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    /** Fields of the sockets in this state. */
    private static Stream<String[]> sockets(String state) {
        List<String> lines = new ArrayList<>(lines(Path.of("/proc/net/tcp")));
        Path six = Path.of("/proc/net/tcp6");
        if (Files.exists(six)) {
            lines.addAll(lines(six));
        }
        return lines.stream()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(fields -> fields.length > INODE_FIELD && fields[STATE_FIELD].equals(state));
    }

    private static int portOf(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? -1 : Integer.parseInt(address.substring(colon + 1), 16);
    }

    private static void add(Map<String, Long> byThread, Path task) throws IOException {
        try {
            String stat = Files.readString(task.resolve("stat"));
            String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
            byThread.merge(name, cpuMicros(stat), Long::sum);
        } catch (NoSuchFileException ended) {
            // A thread may end between the listing and the reading: it is one of those that do not count.
            byThread.remove("");
        }
    }

    /** The name stands in parentheses and may hold anything; what follows the last one is numbers. */
    private static long cpuMicros(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER_TIME_FIELD]) + Long.parseLong(fields[SYSTEM_TIME_FIELD])) * MICROS_A_TICK;
    }

    /** Empty: it has ended, or is another user's. */
    private static Optional<String> commandLine(long pid) {
        try {
            return Optional.of(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .replace('\0', ' '));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<String> lines(Path file) {
        return read(file).lines().toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static BenchException unreadable(Path file, IOException e) {
        return new BenchException("cannot read " + file + ": CPU is measured on Linux, while the process lives", e);
    }
}
