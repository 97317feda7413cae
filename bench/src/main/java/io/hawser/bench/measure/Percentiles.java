package io.hawser.bench.measure;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Latencies in microseconds, up to ten minutes. */
public final class Percentiles {
    public static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(10);
    private static final int DIGITS = 3;

    private Percentiles() {}

    public static Histogram histogram() {
        return new Histogram(HIGHEST_MICROS, DIGITS);
    }

    /** One that many threads may record into. */
    public static Recorder recorder() {
        return new Recorder(HIGHEST_MICROS, DIGITS);
    }

    /** Records what passed between two readings of the clock. */
    public static void record(Histogram micros, long fromNanos, long toNanos) {
        micros.recordValue(micros(fromNanos, toNanos));
    }

    /** What passed between two readings of the clock, as a histogram takes it. */
    public static long micros(long fromNanos, long toNanos) {
        return Math.clamp(TimeUnit.NANOSECONDS.toMicros(toNanos - fromNanos), 0, HIGHEST_MICROS);
    }

    public static String millis(Histogram micros, double percentile) {
        return Series.number(micros.getValueAtPercentile(percentile) / 1000.0);
    }

    public static Map<String, Object> figures(Histogram micros) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("p50", micros.getValueAtPercentile(50));
        figures.put("p90", micros.getValueAtPercentile(90));
        figures.put("p99", micros.getValueAtPercentile(99));
        figures.put("p999", micros.getValueAtPercentile(99.9));
        figures.put("max", micros.getMaxValue());
        return figures;
    }

    /** As a line of text takes it, of another process: HdrHistogram's compressed form in Base64. */
    public static String compressed(Histogram histogram) {
        ByteBuffer target = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        byte[] bytes = new byte[histogram.encodeIntoCompressedByteBuffer(target)];
        target.get(0, bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    public static Histogram histogram(String compressed) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(compressed));
            return Histogram.decodeFromCompressedByteBuffer(bytes, HIGHEST_MICROS);
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("not a histogram of ours", e);
        }
    }
}
