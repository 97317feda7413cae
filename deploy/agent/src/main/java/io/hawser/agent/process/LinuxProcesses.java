package io.hawser.agent.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code /proc}, see proc(5). */
public final class LinuxProcesses implements OsProcesses {
    static final Path PROC = Path.of("/proc");

    /** Fields of {@code /proc/PID/stat}, counted after the command, which may hold spaces and brackets. */
    private static final int STATE = 0;

    private static final int SESSION = 3;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int START_TICKS = 19;

    /** USER_HZ, which is 100 on every architecture that Java runs on. */
    private static final long NANOS_A_TICK = 10_000_000;

    private final Path proc;

    LinuxProcesses(Path proc) {
        this.proc = proc;
    }

    static boolean isHere() {
        return Files.isReadable(PROC.resolve("self/stat"));
    }

    @Override
    public OptionalLong startOf(long pid) {
        List<String> stat = stat(pid);
        return stat == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(stat.get(START_TICKS)));
    }

    @Override
    public Optional<Usage> usageOf(long pid) {
        List<String> stat = stat(pid);
        if (stat == null) {
            return Optional.empty();
        }
        long ticks = Long.parseLong(stat.get(USER_TICKS)) + Long.parseLong(stat.get(SYSTEM_TICKS));
        return Optional.of(new Usage(ticks * NANOS_A_TICK, residentBytes(pid)));
    }

    @Override
    public String boot() {
        try {
            return Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException hidden) {
            return "";
        }
    }

    /** Those at the head of a session of their own that were started with this variable, as {@code NAME=VALUE}. */
    public List<Long> sessionsWith(String variable) {
        try (Stream<Path> all = Files.list(proc)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("\\d{1,10}"))
                    .map(Long::valueOf)
                    .filter(pid -> isSession(pid) && hasVariable(pid, variable))
                    .toList();
        } catch (IOException hidden) {
            return List.of();
        }
    }

    private boolean isSession(long pid) {
        List<String> stat = stat(pid);
        return stat != null && stat.get(SESSION).equals(Long.toString(pid));
    }

    private boolean hasVariable(long pid, String variable) {
        try {
            // As bytes of any encoding: what is not ours is not ours to decode.
            String environment =
                    new String(Files.readAllBytes(proc.resolve(pid + "/environ")), StandardCharsets.ISO_8859_1);
            String wanted = new String(variable.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            return ("\0" + environment).contains("\0" + wanted + "\0");
        } catch (IOException goneOrAnothers) {
            return false;
        }
    }

    /** In kB there, whatever the size of a page. */
    private long residentBytes(long pid) {
        try (Stream<String> lines = Files.lines(proc.resolve(pid + "/status"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(-1);
        } catch (IOException | UncheckedIOException gone) {
            return -1;
        }
    }

    /** The fields after the command; null when there is no such process, or only its zombie. */
    private @Nullable List<String> stat(long pid) {
        try {
            String stat = Files.readString(proc.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            List<String> fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1));
            boolean dead = fields.get(STATE).equals("Z") || fields.get(STATE).equals("X");
            return dead || fields.size() <= START_TICKS ? null : fields;
        } catch (IOException gone) {
            return null;
        }
    }
}
