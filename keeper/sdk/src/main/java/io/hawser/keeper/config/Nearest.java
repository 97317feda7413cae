package io.hawser.keeper.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known word that someone most likely meant: the nearest by edit distance, letter case and dashes aside. */
final class Nearest {
    private Nearest() {}

    /** Returns the nearest of {@code known}, or nothing when each differs by more than a third of the word. */
    static Optional<String> to(String word, Collection<String> known) {
        String plain = plain(word);
        int limit = Math.max(1, (plain.length() + 1) / 3);
        return known.stream()
                .filter(candidate -> distance(plain, plain(candidate)) <= limit)
                .min(Comparator.comparingInt(candidate -> distance(plain, plain(candidate))));
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Levenshtein's distance, by rows. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
