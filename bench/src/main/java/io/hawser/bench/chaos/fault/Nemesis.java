package io.hawser.bench.chaos.fault;

import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.History;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Output;
import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;

/** Makes one thing after the other go wrong: all there are in an order drawn by lot, and then again in another one. */
public final class Nemesis {
    /** What was broken has served for so long before the next is. */
    private static final int QUIET_MILLIS = 2_000;

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long LOOK_MILLIS = 500;

    private final List<Fault> faults;
    private final SplittableRandom chance;
    private final Machine machine;
    private final History history;
    private final LongPredicate flows;
    private final LongFunction<Duration> emptying;
    private final Output output;
    private final Deque<Fault> next = new ArrayDeque<>();
    private int struck;

    /**
     * @param flows whether since a moment all is well again; the next fault waits for that, for a minute
     * @param emptying how much longer, where spools have to be emptied of what was sent since a moment
     */
    public Nemesis(
            long seed,
            List<Fault> faults,
            Machine machine,
            History history,
            LongPredicate flows,
            LongFunction<Duration> emptying,
            Output output) {
        this.faults = List.copyOf(faults);
        this.chance = new SplittableRandom(seed);
        this.machine = machine;
        this.history = history;
        this.flows = flows;
        this.emptying = emptying;
        this.output = output;
    }

    /** Goes on until then; what has begun is healed. */
    public void rageUntil(long untilNanos) {
        do {
            Fault fault = draw();
            long struckNanos = System.nanoTime();
            one(fault);
            long healedNanos = System.nanoTime();
            Pause.millis(QUIET_MILLIS + chance.nextInt(QUIET_MILLIS));
            if (!flowsAgain(healedNanos, PATIENCE.plus(emptying.apply(struckNanos)))) {
                history.add(new Event.Overdue(System.nanoTime(), struck, fault.name()));
            }
        } while (System.nanoTime() - untilNanos < 0);
    }

    private void one(Fault fault) {
        List<String> targets = fault.targets().choose(machine, chance);
        int number = ++struck;
        String what = String.join(" ", targets.size() > 2 ? List.of("all") : targets);
        output.progress("%3d %s %s".formatted(number, fault.name(), what));
        history.add(new Event.Struck(System.nanoTime(), number, fault.name(), what));
        befall(fault, fault.strike(), targets);
        Pause.millis(fault.holds().toMillis());
        befall(fault, fault.heal(), targets);
        history.add(new Event.Healed(System.nanoTime(), number));
    }

    private Fault draw() {
        if (next.isEmpty()) {
            List<Fault> shuffled = new ArrayList<>(faults);
            Collections.shuffle(shuffled, new Random(chance.nextLong()));
            next.addAll(shuffled);
        }
        return next.removeFirst();
    }

    private void befall(Fault fault, Fault.Deed deed, List<String> targets) {
        try {
            deed.befall(machine, targets);
        } catch (IOException e) {
            throw new BenchException(fault.name() + " " + targets + ": " + e.getMessage(), e);
        }
    }

    /** Waited for, or the next would befall what the last had not left yet, which is two at once. */
    private boolean flowsAgain(long beforeNanos, Duration patience) {
        return Pause.until(patience, LOOK_MILLIS, () -> flows.test(beforeNanos));
    }
}
