package io.hawser.bench.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.bench.measure.Percentiles;
import io.hawser.bench.measure.Stamp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What came to the back end. A user's numbers are 1, 2, 3 …, in every phase on from the one before. */
final class Arrivals {
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, Long> newest = new HashMap<>();
    private final Histogram latencies = Percentiles.histogram();
    private int phase;
    private long arrived;
    private long repeated;
    private long outOfOrder;
    private long lastNanos;

    synchronized void begin(int number) {
        phase = number;
        arrived = 0;
        repeated = 0;
        outOfOrder = 0;
        latencies.reset();
    }

    /** A webhook's body. */
    synchronized void take(byte[] body) throws IOException {
        JsonNode data = json.readTree(body).path("data");
        long number = data.path("number").asLong();
        long before = newest.getOrDefault(data.path("user").asText(), 0L);
        if (number <= before) {
            repeated++;
            return;
        }
        newest.put(data.path("user").asText(), number);
        outOfOrder += number == before + 1 ? 0 : 1;
        arrived++;
        lastNanos = System.nanoTime();
        Stamp stamp = Stamp.of(ByteBuffer.wrap(data.path("data").binaryValue()));
        if (stamp.phase() == phase) {
            Percentiles.record(latencies, stamp.dueNanos(), lastNanos);
        }
    }

    synchronized BackEnd.Told told() {
        return new BackEnd.Told(arrived, repeated, outOfOrder, lastNanos, Percentiles.compressed(latencies));
    }
}
