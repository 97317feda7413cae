package io.hawser.bench.swarm;

import java.util.List;

/**
 * How clients come.
 *
 * @param protocol what they speak
 * @param servers {@code host:port}, taken in turn
 * @param app of the members; a subject or topic with other brokers
 * @param atOnce connections under way; the next begins where one is done
 * @param perSecond new connections a second at most; 0: as fast as it goes
 * @param heartbeatSeconds what clients propose
 * @param bind false: they greet, and leave it at that
 * @param syncs whether they acknowledge broadcasts that are stored
 * @param resumes whether they come back with a token, to where they were, and go on
 * @param comeBack those that are cut off come back by a dispatcher
 * @param dispatcher whom they ask then; empty where they do not
 */
public record Ramp(
        Protocol protocol,
        List<String> servers,
        String app,
        int atOnce,
        int perSecond,
        int heartbeatSeconds,
        boolean bind,
        boolean syncs,
        boolean resumes,
        boolean comeBack,
        String dispatcher) {
    /** What clients speak. */
    public enum Protocol {
        hawser,
        mqtt,
        nats
    }

    public Ramp {
        servers = List.copyOf(servers);
    }

    /** As fast as it goes, so many under way. */
    public static Ramp to(Protocol protocol, List<String> servers, String app, int atOnce, boolean bind) {
        return new Ramp(protocol, servers, app, atOnce, 0, 60, bind, false, false, false, "");
    }

    /** As clients of broadcasts that are stored. */
    public Ramp syncing() {
        return with(true, resumes, comeBack, dispatcher);
    }

    /** As clients that go on where they were. */
    public Ramp resuming() {
        return with(syncs, true, comeBack, dispatcher);
    }

    public Ramp comingBackBy(String url) {
        return with(syncs, resumes, true, url);
    }

    private Ramp with(boolean newSyncs, boolean newResumes, boolean newComeBack, String newDispatcher) {
        return new Ramp(
                protocol,
                servers,
                app,
                atOnce,
                perSecond,
                heartbeatSeconds,
                bind,
                newSyncs,
                newResumes,
                newComeBack,
                newDispatcher);
    }
}
