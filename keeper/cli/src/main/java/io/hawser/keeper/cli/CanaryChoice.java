package io.hawser.keeper.cli;

import io.hawser.keeper.registry.InstanceStatus;
import io.hawser.keeper.revision.Scope;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * Which instances try a revision first: a number of them, a part of them, or by their names. Those of the smallest hash
 * of name and revision are taken, so that it is not the same one each time, and the same operator's command gives the same
 * choice.
 *
 * @param asked {@code 1}, {@code 10%} or {@code room-1,room-4}
 */
record CanaryChoice(String asked) {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,6}");
    private static final Pattern PART = Pattern.compile("\\d{1,3}%");
    private static final Pattern NAMES = Pattern.compile("[a-z0-9][a-z0-9._/-]*(,[a-z0-9][a-z0-9._/-]*)*");

    CanaryChoice {
        boolean form = NUMBER.matcher(asked).matches()
                || PART.matcher(asked).matches()
                || NAMES.matcher(asked).matches();
        if (!form) {
            throw refused("--canary: " + asked + " (expected: a number, a part such as 10%, or names)");
        }
    }

    /**
     * Returns who, each {@code SERVICE/NAME}, sorted.
     *
     * @throws HawserException with INVALID_ARGUMENT when so many, or one of that name, do not run
     */
    List<String> choose(Scope scope, int revision, Fleet fleet) {
        List<String> running = fleet.serving(scope).stream()
                .map(one -> one.service() + "/" + one.name())
                .toList();
        if (running.isEmpty()) {
            throw refused("--canary: no instance of " + scope + " runs (expected: one at least to try it)");
        }
        if (PART.matcher(asked).matches()) {
            return first(atLeastOne(running.size()), revision, running);
        }
        return NUMBER.matcher(asked).matches() ? first(number(running), revision, running) : named(scope, fleet);
    }

    private int atLeastOne(int of) {
        int percent = Integer.parseInt(asked.substring(0, asked.length() - 1));
        if (percent < 1 || percent > 100) {
            throw refused("--canary: " + asked + " (expected: 1% to 100%)");
        }
        return Math.ceilDiv(of * percent, 100);
    }

    private int number(List<String> running) {
        int number = Integer.parseInt(asked);
        if (number < 1 || number > running.size()) {
            throw refused("--canary: " + asked + " (expected: 1 to " + running.size() + ", which run now)");
        }
        return number;
    }

    private static List<String> first(int count, int revision, List<String> running) {
        return running.stream()
                .sorted(Comparator.<String>comparingLong(name -> hash(name, revision))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .sorted()
                .toList();
    }

    private List<String> named(Scope scope, Fleet fleet) {
        return List.of(asked.split(",")).stream()
                .map(fleet::find)
                .peek(one -> requireCovered(scope, one))
                .map(one -> one.service() + "/" + one.name())
                .distinct()
                .sorted()
                .toList();
    }

    private static void requireCovered(Scope scope, InstanceStatus one) {
        if (!scope.covers(one.service(), one.name())) {
            throw refused("--canary: " + one.service() + "/" + one.name() + " is none of " + scope);
        }
    }

    private static long hash(String name, int revision) {
        CRC32 hash = new CRC32();
        hash.update((revision + "/" + name).getBytes(StandardCharsets.UTF_8));
        return hash.getValue();
    }

    private static HawserException refused(String message) {
        return HawserException.refusal(ErrorCode.INVALID_ARGUMENT, message);
    }
}
