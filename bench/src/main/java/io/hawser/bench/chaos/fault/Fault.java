package io.hawser.bench.chaos.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Something that may go wrong.
 *
 * @param name as {@code --only} takes it
 * @param does what happens, for a person to read
 * @param holds how long it lasts, from the end of the strike to the healing
 * @param targets draws whom it befalls
 * @param strike makes it so
 * @param heal ends it; returns when what was broken serves again
 */
public record Fault(String name, String does, Duration holds, Chooser targets, Deed strike, Deed heal) {
    /** Draws names. */
    interface Chooser {
        List<String> choose(Machine machine, SplittableRandom chance);
    }

    /** Does something to those that were drawn. */
    interface Deed {
        void befall(Machine machine, List<String> targets) throws IOException;
    }
}
