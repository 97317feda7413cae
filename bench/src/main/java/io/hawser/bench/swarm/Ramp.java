package io.hawser.bench.swarm;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How clients come.
 *
 * @param protocol what they speak
 * @param servers {@code host:port}, taken in turn
 * @param app of the members; a subject or topic with other brokers
 * @param atOnce connections under way; the next begins where one is done
 * @param heartbeatSeconds what clients propose
 * @param bind false: they greet, and leave it at that
 * @param habits what they do besides
 * @param dispatcher whom those ask that are cut off, and come back; empty: they stay away
 * @param certificate file of that which servers have to show, or its CA's, in PEM; empty: they speak plain TCP
 */
public record Ramp(
        Protocol protocol,
        List<String> servers,
        String app,
        int atOnce,
        int heartbeatSeconds,
        boolean bind,
        Set<Habit> habits,
        String dispatcher,
        String certificate) {
    private static final int HEARTBEAT_SECONDS = 60;

    /** What clients speak. */
    public enum Protocol {
        hawser,
        mqtt,
        nats
    }

    /** What not all clients do. */
    public enum Habit {
        /** They acknowledge broadcasts that are stored. */
        SYNCS,
        /** They come back with a token, to where they were, and go on. */
        RESUMES,
        /** They take bodies of broadcasts compressed. */
        INFLATES
    }

    public Ramp {
        servers = List.copyOf(servers);
        habits = Set.copyOf(habits);
    }

    /** As fast as it goes, so many under way. */
    public static Ramp to(Protocol protocol, List<String> servers, String app, int atOnce, boolean bind) {
        return new Ramp(protocol, servers, app, atOnce, HEARTBEAT_SECONDS, bind, Set.of(), "", "");
    }

    /** As clients of broadcasts that are stored. */
    public Ramp syncing() {
        return with(Habit.SYNCS);
    }

    /** As clients that go on where they were. */
    public Ramp resuming() {
        return with(Habit.RESUMES);
    }

    /** As clients that take bodies compressed. */
    public Ramp inflating() {
        return with(Habit.INFLATES);
    }

    private Ramp with(Habit habit) {
        EnumSet<Habit> more = EnumSet.of(habit);
        more.addAll(habits);
        return new Ramp(protocol, servers, app, atOnce, heartbeatSeconds, bind, more, dispatcher, certificate);
    }

    public Ramp comingBackBy(String url) {
        return new Ramp(protocol, servers, app, atOnce, heartbeatSeconds, bind, habits, url, certificate);
    }

    /** As clients that propose to be heard this often. */
    public Ramp beating(int seconds) {
        return new Ramp(protocol, servers, app, atOnce, seconds, bind, habits, dispatcher, certificate);
    }

    /** By TLS, to servers that show this; empty: by plain TCP. */
    public Ramp believing(String file) {
        return new Ramp(protocol, servers, app, atOnce, heartbeatSeconds, bind, habits, dispatcher, file);
    }

    boolean has(Habit habit) {
        return habits.contains(habit);
    }

    boolean comesBack() {
        return !dispatcher.isEmpty();
    }

    boolean speaksTls() {
        return !certificate.isEmpty();
    }
}
