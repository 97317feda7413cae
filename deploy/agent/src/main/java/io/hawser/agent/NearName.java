package io.hawser.agent;

import java.util.Collection;
import java.util.Comparator;

/** Which of the known names someone most likely meant: the one that begins and ends as the word does. */
final class NearName {
    /** Less in common than two thirds is another word. */
    private static final double ENOUGH = 0.6;

    private NearName() {}

    static String refusal(String word, Collection<String> known) {
        String hint = known.stream()
                .max(Comparator.comparingDouble(name -> likeness(word, name)))
                .filter(name -> likeness(word, name) >= ENOUGH)
                .map(name -> "did you mean " + name + "?")
                .orElse("expected: one of " + String.join(", ", known));
        return "name: " + word + ": no such process (" + hint + ")";
    }

    private static double likeness(String one, String other) {
        int shorter = Math.min(one.length(), other.length());
        int front = 0;
        while (front < shorter && one.charAt(front) == other.charAt(front)) {
            front++;
        }
        int back = 0;
        while (back < shorter - front
                && one.charAt(one.length() - 1 - back) == other.charAt(other.length() - 1 - back)) {
            back++;
        }
        return (double) (front + back) / Math.max(one.length(), other.length());
    }
}
