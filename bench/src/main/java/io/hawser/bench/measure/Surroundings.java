package io.hawser.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Where and on what a run was made: without it a figure means nothing. */
public final class Surroundings {
    private static final int KIBIBYTES_A_GIBIBYTE = 1 << 20;

    private Surroundings() {}

    public static Map<String, Object> read() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("commit", commit());
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        facts.put("model", afterColon("/proc/cpuinfo", "model name"));
        facts.put("memoryGiB", memoryGiB());
        facts.put("kernel", System.getProperty("os.version", ""));
        facts.put("java", System.getProperty("java.vm.version", ""));
        facts.put("loadAverage", loadAverage());
        return facts;
    }

    /** Of the last minute, five and fifteen. */
    public static String loadAverage() {
        String[] words = text("/proc/loadavg").split(" ", -1);
        return words.length < 3 ? "" : words[0] + " " + words[1] + " " + words[2];
    }

    private static int memoryGiB() {
        String total = afterColon("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        return total.isEmpty() ? 0 : Math.round(Float.parseFloat(total) / KIBIBYTES_A_GIBIBYTE);
    }

    private static String afterColon(String file, String key) {
        return text(file)
                .lines()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }

    /** Empty: not run from a clone. */
    private static String commit() {
        String home = System.getProperty("hawser.home", ".");
        try {
            Process git = new ProcessBuilder("git", "-C", home, "describe", "--always", "--dirty", "--abbrev=9")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException noGit) {
            return "";
        }
    }

    private static String text(String file) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return String.join("\n", lines.toList());
        } catch (IOException e) {
            return "";
        }
    }
}
