package io.hawser.bench.swarm;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a generator is told, a line of JSON each. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "do")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Order.Come.class, name = "come"),
    @JsonSubTypes.Type(value = Order.Begin.class, name = "begin"),
    @JsonSubTypes.Type(value = Order.Expect.class, name = "expect"),
    @JsonSubTypes.Type(value = Order.SendUp.class, name = "sendUp"),
    @JsonSubTypes.Type(value = Order.Slow.class, name = "slow"),
    @JsonSubTypes.Type(value = Order.Drop.class, name = "drop"),
    @JsonSubTypes.Type(value = Order.CutOff.class, name = "cutOff"),
    @JsonSubTypes.Type(value = Order.ComeAgain.class, name = "comeAgain"),
    @JsonSubTypes.Type(value = Order.Report.class, name = "report"),
    @JsonSubTypes.Type(value = Order.Leave.class, name = "leave")
})
sealed interface Order {
    /**
     * Connect a client for each member. Answered by {@link Told.Came} once each is in, or was refused.
     *
     * @param network second byte of the source addresses, 1 to 254
     */
    record Come(Ramp ramp, List<Member> members, int network) implements Order {}

    /**
     * Count from zero. Answered by {@link Told.Begun}.
     *
     * @param phase number of the stamps; others have no latency that counts
     * @param kinds so many numbers from {@code phase} on count, each for itself
     * @param stamped whether latencies are read from the bodies
     */
    record Begin(int phase, int kinds, boolean stamped) implements Order {}

    /** Tell once so many were delivered since {@link Begin}. Answered by {@link Told.Reached}. */
    record Expect(long deliveries) implements Order {}

    /** Have clients send up. Answered by {@link Told.SentUp} once all of it is answered, or given up. */
    record SendUp(UplinkLoad load) implements Order {}

    /** Tell what was counted since {@link Begin}. Answered by {@link Told.Counted}. */
    record Report() implements Order {}

    /** Have the first so many clients read nothing, and all others read. Answered by {@link Told.Slowed}. */
    record Slow(int clients) implements Order {}

    /**
     * Close the client's connection, and bring it back after that time. Not answered.
     *
     * @param restarts its process ends: it knows neither a token nor an address when it is back
     */
    record Drop(int client, long awayMillis, boolean restarts) implements Order {}

    /** Break all connections: the room gets no more than a reset. Answered by {@link Told.CutOff}. */
    record CutOff() implements Order {}

    /** Bring back all that were cut off. Answered by {@link Told.Came}. */
    record ComeAgain() implements Order {}

    /** Close all connections. Answered by {@link Told.Left}. */
    record Leave() implements Order {}
}
