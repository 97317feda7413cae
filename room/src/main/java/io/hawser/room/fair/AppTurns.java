package io.hawser.room.fair;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who waits on an event loop: the apps take turns, so that one app's ten thousand do not stand before another's one. Its
 * length is its user's to bound.
 */
public final class AppTurns<T> {
    private final Map<String, Queue<T>> waitingByApp = new LinkedHashMap<>();

    public void add(String app, T one) {
        waitingByApp.computeIfAbsent(app, id -> new ArrayDeque<>()).add(one);
    }

    /** Takes the first of the app whose turn it is among those that may go; null: none may, or nobody waits. */
    public @Nullable T next(Predicate<String> mayGo) {
        Iterator<Map.Entry<String, Queue<T>>> apps = waitingByApp.entrySet().iterator();
        while (apps.hasNext()) {
            Map.Entry<String, Queue<T>> turn = apps.next();
            if (mayGo.test(turn.getKey())) {
                apps.remove();
                return firstOf(turn.getKey(), turn.getValue());
            }
        }
        return null;
    }

    /** The app goes to the end of the line. */
    private T firstOf(String app, Queue<T> waiting) {
        T first = waiting.remove();
        if (!waiting.isEmpty()) {
            waitingByApp.put(app, waiting);
        }
        return first;
    }
}
