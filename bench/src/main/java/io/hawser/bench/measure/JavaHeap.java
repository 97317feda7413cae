package io.hawser.bench.measure;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The heap of another JVM, asked for by {@code jcmd}. */
public final class JavaHeap {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private JavaHeap() {}

    /** Bytes of what lives, after a full collection; resident memory is that of a collected heap afterwards. */
    public static long liveBytes(long pid) {
        // The first collection finds what has to be finalised or cleaned, the second is without.
        var _ = Jcmd.ask(pid, "GC.run");
        Matcher total = TOTAL.matcher(Jcmd.ask(pid, "GC.class_histogram"));
        if (!total.find()) {
            throw new BenchException("jcmd " + pid + " GC.class_histogram: tells no total");
        }
        return Long.parseLong(total.group(1));
    }
}
