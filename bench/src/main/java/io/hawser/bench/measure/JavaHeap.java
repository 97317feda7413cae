package io.hawser.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The heap of another JVM, asked for by {@code jcmd}. */
public final class JavaHeap {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private JavaHeap() {}

    /** Bytes of what lives, after a full collection; resident memory is that of a collected heap afterwards. */
    public static long liveBytes(long pid) {
        // The first collection finds what has to be finalised or cleaned, the second is without.
        jcmd(pid, "GC.run");
        Matcher total = TOTAL.matcher(jcmd(pid, "GC.class_histogram"));
        if (!total.find()) {
            throw new BenchException("jcmd " + pid + " GC.class_histogram: tells no total");
        }
        return Long.parseLong(total.group(1));
    }

    private static String jcmd(long pid, String command) {
        String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process process = new ProcessBuilder(program, Long.toString(pid), command)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchException("jcmd " + pid + " " + command + ": " + said.strip());
            }
            return said;
        } catch (IOException e) {
            throw new BenchException("cannot run " + program + " (expected: a JDK)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
