package io.hawser.bench.chaos.disk;

import io.hawser.agent.process.OsProcesses;
import io.hawser.bench.measure.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By which a disk is known as one of ours, and as whose: a memory disk has it for its source, a loop disk in the name of its
 * file.
 *
 * @param pid of the process that made it
 * @param start when that began, as the system counts
 */
record Mark(long pid, long start) {
    private static final String NAME = "hawser-chaos-";
    private static final Pattern TEXT = Pattern.compile(NAME + "(\\d+)-(\\d+)\\b");
    private static final Path MOUNTS = Path.of("/proc/self/mounts");
    private static final String LOOP = "/dev/loop";
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    static Mark own() {
        long pid = ProcessHandle.current().pid();
        return new Mark(pid, OsProcesses.ofThisSystem().startOf(pid).orElse(0));
    }

    String text() {
        return NAME + pid + "-" + start;
    }

    /** A file of this name in a directory, with the mark. */
    Path in(Path directory, String name) {
        return directory.resolve(text() + "-" + name + ".ext4");
    }

    static Optional<Mark> of(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.find()
                ? Optional.of(new Mark(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    private boolean isOfSomebodyWhoRuns() {
        return OsProcesses.ofThisSystem().startOf(pid).orElse(-1) == start;
    }

    /** Where disks are mounted whose process was killed. */
    static List<Path> leftBehind() {
        List<Path> left = new ArrayList<>();
        try {
            if (Files.exists(MOUNTS)) {
                for (String line : Files.readAllLines(MOUNTS)) {
                    String[] fields = line.split(" ", -1);
                    if (of(nameOf(fields[0]))
                            .filter(mark -> !mark.isOfSomebodyWhoRuns())
                            .isPresent()) {
                        left.add(Path.of(unescaped(fields[1])));
                    }
                }
            }
        } catch (IOException e) {
            throw new BenchException("what is mounted cannot be read: " + e.getMessage(), e);
        }
        return left;
    }

    /** What is mounted; of a loop device, the file that is in it. */
    private static String nameOf(String source) throws IOException {
        if (!source.startsWith(LOOP)) {
            return source;
        }
        Path file = Path.of("/sys/block", source.substring("/dev/".length()), "loop", "backing_file");
        return Files.isReadable(file) ? Files.readString(file).strip() : "";
    }

    /** Blanks and the like are numbers there. */
    static String unescaped(String path) {
        return OCTAL.matcher(path)
                .replaceAll(octal -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(octal.group(1), 8))));
    }
}
