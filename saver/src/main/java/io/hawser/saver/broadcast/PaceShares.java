package io.hawser.saver.broadcast;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides pace, in members a second: an app's among its tasks that run, and a task's among its slices. All are whole
 * numbers of at least 1, for 0 means without limit; the sums hold but for that.
 */
final class PaceShares {
    private PaceShares() {}

    /** A task that wants pace. */
    record Wanting(long task, boolean urgent, long pace) {}

    /** A slice of a task, by what it has left to do. */
    record Weighed(long slice, long weight) {}

    /**
     * Returns each task's pace, by task. Urgent ones come first; those of a kind get even parts of what is there, and what
     * one does not want goes to the others (max-min fairness).
     *
     * @param limit of all together; 0: none
     */
    static Map<Long, Long> ofTasks(List<Wanting> tasks, long limit) {
        Map<Long, Long> paces = new HashMap<>();
        long left = limit == 0 ? Long.MAX_VALUE : limit;
        left -= divide(tasks.stream().filter(Wanting::urgent).toList(), left, paces);
        divide(tasks.stream().filter(task -> !task.urgent).toList(), left, paces);
        return paces;
    }

    private static long divide(List<Wanting> tasks, long pace, Map<Long, Long> paces) {
        List<Wanting> modestFirst = new ArrayList<>(tasks);
        modestFirst.sort(Comparator.comparingLong(Wanting::pace).thenComparingLong(Wanting::task));
        long given = 0;
        for (int i = 0; i < modestFirst.size(); i++) {
            Wanting task = modestFirst.get(i);
            long even = (pace - given) / (modestFirst.size() - i);
            long share = Math.min(task.pace, Math.max(even, 0));
            paces.put(task.task, Math.max(share, 1));
            given += share;
        }
        return given;
    }

    /** Returns each slice's part of a task's pace, by slice, in proportion to the weights. */
    static Map<Long, Long> ofSlices(List<Weighed> slices, long pace) {
        Map<Long, Long> shares = new HashMap<>();
        long weights = slices.stream().mapToLong(Weighed::weight).sum();
        long left = pace;
        for (Weighed slice : slices) {
            // Of what is left, by the weight among those that are left: nothing is lost to rounding.
            long share = weights == 0 ? 0 : (long) ((double) left * (double) slice.weight / (double) weights);
            shares.put(slice.slice, Math.max(share, 1));
            left -= share;
            weights -= slice.weight;
        }
        return shares;
    }
}
