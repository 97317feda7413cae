package io.hawser.bench.swarm;

import io.hawser.bench.measure.Integrity;
import io.hawser.bench.measure.Percentiles;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * What clients were given in a phase.
 *
 * @param deliveries of any kind
 * @param wireBytes that all sockets brought
 * @param kinds by the numbers of their stamps, from that of the phase on
 * @param outOfOrder messages that another one was to come before
 * @param lost connections that ended
 * @param back clients that were cut off and are in again
 * @param resumed of them such as went on where they were
 * @param boundAnew of them all others
 * @param absences from being cut off to being in again, microseconds
 * @param lastBackNanos when the last came back
 * @param heartbeats from being sent to being answered, microseconds
 */
public record Count(
        long deliveries,
        long wireBytes,
        List<Kind> kinds,
        long repeated,
        long outOfOrder,
        int lost,
        int back,
        Way resumed,
        Way boundAnew,
        Histogram absences,
        long lastBackNanos,
        Histogram heartbeats) {
    /** @param latencies from due to read, microseconds; what was due while its client was away counts from its return on */
    public record Kind(long deliveries, Histogram latencies) {}

    /**
     * How clients get on that come back in one way.
     *
     * @param toBound from connecting to BOUND, microseconds, of each
     * @param toMessage from connecting to the first message that was due before, of those that got one
     */
    public record Way(Histogram toBound, Histogram toMessage) {}

    static Count of(List<Told.Counted> all) {
        return new Count(
                all.stream().mapToLong(Told.Counted::deliveries).sum(),
                all.stream().mapToLong(Told.Counted::wireBytes).sum(),
                IntStream.range(0, all.getFirst().kinds().size())
                        .mapToObj(number -> kind(all, number))
                        .toList(),
                all.stream().mapToLong(Told.Counted::repeated).sum(),
                all.stream().mapToLong(Told.Counted::outOfOrder).sum(),
                all.stream().mapToInt(Told.Counted::lost).sum(),
                all.stream().mapToInt(Told.Counted::back).sum(),
                way(all, Told.Counted::resumed),
                way(all, Told.Counted::boundAnew),
                sum(all, Told.Counted::absences),
                all.stream().mapToLong(Told.Counted::lastBackNanos).max().orElse(0),
                sum(all, Told.Counted::heartbeats));
    }

    private static Kind kind(List<Told.Counted> all, int number) {
        return new Kind(
                all.stream()
                        .mapToLong(one -> one.kinds().get(number).deliveries())
                        .sum(),
                sum(all, one -> one.kinds().get(number).latencies()));
    }

    private static Way way(List<Told.Counted> all, Function<Told.Counted, Told.Way> part) {
        return new Way(
                sum(all, one -> part.apply(one).toBound()),
                sum(all, one -> part.apply(one).toMessage()));
    }

    private static Histogram sum(List<Told.Counted> all, Function<Told.Counted, String> part) {
        Histogram sum = Percentiles.histogram();
        all.forEach(one -> sum.add(Percentiles.histogram(part.apply(one))));
        return sum;
    }

    /** Of the first kind. */
    public Histogram latencies() {
        return kinds.getFirst().latencies();
    }

    /** Where so many deliveries were owed. */
    public Integrity integrity(long owed) {
        return new Integrity(Math.max(0, owed - deliveries), repeated, outOfOrder);
    }
}
