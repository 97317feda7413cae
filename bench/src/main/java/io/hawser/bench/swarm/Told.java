package io.hawser.bench.swarm;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a generator tells, a line of JSON each. Histograms are HdrHistogram's, compressed and in Base64, of microseconds. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "told")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Told.Came.class, name = "came"),
    @JsonSubTypes.Type(value = Told.Begun.class, name = "begun"),
    @JsonSubTypes.Type(value = Told.Reached.class, name = "reached"),
    @JsonSubTypes.Type(value = Told.Counted.class, name = "counted"),
    @JsonSubTypes.Type(value = Told.SentUp.class, name = "sentUp"),
    @JsonSubTypes.Type(value = Told.Slowed.class, name = "slowed"),
    @JsonSubTypes.Type(value = Told.CutOff.class, name = "cutOff"),
    @JsonSubTypes.Type(value = Told.Left.class, name = "left")
})
sealed interface Told {
    /**
     * @param firstFailure why the first that failed did; empty: none
     * @param refusals times that clients were told to come later, and did
     * @param resumed of those that are up: they went on where they were
     * @param byTicket TLS handshakes that were short
     * @param beganNanos a reading of {@link System#nanoTime}
     * @param endedNanos when the last was in
     * @param latencies from connecting to being in
     */
    record Came(
            int up,
            int failed,
            String firstFailure,
            int refusals,
            int resumed,
            int byTicket,
            long beganNanos,
            long endedNanos,
            String latencies)
            implements Told {}

    /**
     * @param firstNanos when the first of those that were expected was read
     * @param atNanos when the last was
     */
    record Reached(long deliveries, long firstNanos, long atNanos) implements Told {}

    /**
     * @param deliveries of any kind
     * @param wireBytes that all sockets brought
     * @param kinds of stamped phases
     * @param outOfOrder messages that another one was to come before
     * @param lost connections that ended since
     * @param back clients that were cut off and are in again
     * @param resumed of them such as went on where they were
     * @param boundAnew of them all others
     * @param absences from being cut off to being in again
     * @param lastBackNanos when the last one came back
     * @param heartbeats from being sent to being answered
     */
    record Counted(
            long deliveries,
            long wireBytes,
            List<Kind> kinds,
            long repeated,
            long outOfOrder,
            int lost,
            int back,
            Way resumed,
            Way boundAnew,
            String absences,
            long lastBackNanos,
            String heartbeats)
            implements Told {}

    /**
     * @param refused for good
     * @param firstRefusal why the first was; empty: none
     * @param toStored from when each was due to the answer that it is stored
     */
    record SentUp(long sent, long stored, long refused, String firstRefusal, String toStored) implements Told {}

    /** @param latencies from when each was due to when it was read */
    record Kind(long deliveries, String latencies) {}

    /**
     * @param toBound from connecting to BOUND, of each
     * @param toMessage from connecting to the first message that was due before, of those that got one
     */
    record Way(String toBound, String toMessage) {}

    record Slowed() implements Told {}

    record CutOff() implements Told {}

    record Begun() implements Told {}

    record Left() implements Told {}
}
