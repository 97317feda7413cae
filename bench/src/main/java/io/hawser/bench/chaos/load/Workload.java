package io.hawser.bench.chaos.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.bench.backend.Webhooks;
import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.History;
import io.hawser.bench.chaos.history.SessionPolicy;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Everybody who uses the platform in a run. Made, all devices are bound, and nobody has sent anything yet. */
public final class Workload implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOST = "127.0.0.1";
    private static final int PHONES_PROCESSES = 2;
    /** To some users little is sent: no next message brings along what the last one's push did not. */
    private static final int QUIET_EVERY = 4;

    private static final double QUIET_PER_SECOND = 1 / 40.0;
    private static final double MOVES_PER_SECOND = 0.1;
    private static final double LOOKS_PER_SECOND = 1;
    private static final int ALL_AT_ONCE_EVERY = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** For what is owed to those who are there. */
    private static final Duration PATIENCE_WHEN_BOUND = Duration.ofMinutes(2);

    private final LoadSettings settings;
    private final Entrances entrances;
    private final History history;
    private final Center center;
    private final Apps apps;
    private final Webhooks backEnd;
    private final Cast cast;
    private final List<Phones> phones = new ArrayList<>();
    private final Map<Endpoint, Phones> phonesOf = new HashMap<>();
    private final List<Habit> habits = new ArrayList<>();
    private final Mishaps mishaps = new Mishaps();

    private Workload(LoadSettings settings, Entrances entrances, Path directory, History history) {
        this.settings = settings;
        this.entrances = entrances;
        this.history = history;
        this.center = new Center(entrances.centers());
        this.apps = new Apps(center, entrances.operatorKey());
        this.cast = Casting.draw(settings);
        this.backEnd = Webhooks.listen(HOST, this::taken);
        new TreeMap<>(cast.policies())
                .forEach((app, policy) ->
                        apps.create(app, policy.name(), cast.available().contains(app)));
        apps.keys().keySet().forEach(app -> apps.callback(app, "http://" + HOST + ":" + backEnd.port() + "/"));
        List<Endpoint> endpoints = cast.endpoints();
        for (int number = 0; number < PHONES_PROCESSES; number++) {
            Map<Endpoint, String> tokens = new HashMap<>();
            for (int i = number; i < endpoints.size(); i += PHONES_PROCESSES) {
                tokens.put(endpoints.get(i), apps.token(endpoints.get(i)));
            }
            Path disk = directory.resolve("phones-" + (number + 1));
            Phones some = new Phones(disk, entrances.dispatchers(), cast, tokens, history, mishaps);
            phones.add(some);
            tokens.keySet().forEach(endpoint -> phonesOf.put(endpoint, some));
        }
    }

    /** Makes the apps and the devices, and waits until all these are bound. */
    public static Workload begin(LoadSettings settings, Entrances entrances, Path directory, History history) {
        Workload workload = new Workload(settings, entrances, directory, history);
        if (!workload.everybodyIsThere(endpoints -> true)) {
            workload.close();
            throw new BenchException(
                    "not all devices are bound (expected: within " + PATIENCE.toSeconds() + " s of a start)");
        }
        return workload;
    }

    public Cast cast() {
        return cast;
    }

    /** Those that may be killed. */
    public List<Phones> phones() {
        return List.copyOf(phones);
    }

    /** @throws BenchException where a sender, a device or the history of ours failed: then there is no run to check */
    public void check() {
        mishaps.check();
    }

    /** Begins to send, to come and to go. */
    public void start() {
        Sending sending = new Sending(center, apps.keys(), history);
        List<Audience> users = List.copyOf(cast.users());
        double perUser = settings.perSecond() / users.size();
        for (int i = 0; i < users.size(); i++) {
            Audience user = users.get(i);
            boolean isQuiet = i % QUIET_EVERY == QUIET_EVERY - 1;
            // One of a shared mailbox whose turn it is not may have the key, and would pull the body when it is. No
            // spool takes
            // one, so while MySQL is out it would hold up all that is behind it.
            boolean mayNotify = cast.policies().get(user.app()) == SessionPolicy.ONE_PER_DEVICE
                    && !cast.available().contains(user.app());
            habit(
                    user.toString(),
                    isQuiet ? QUIET_PER_SECOND : perUser,
                    (chance, number) -> sending.send(
                            user + "#" + number,
                            user,
                            isQuiet
                                    ? Manner.ofOneThatHasToCome(chance)
                                    : Manner.ofMessage(chance, mayNotify, perUser)));
        }
        for (String app : apps.keys().keySet()) {
            habit("broadcasts of " + app, settings.broadcastsPerSecond(), (chance, number) -> {
                String group = Casting.GROUPS.get(chance.nextInt(Casting.GROUPS.size()));
                Audience audience = chance.nextBoolean() ? Audience.all(app) : Audience.group(app, group);
                sending.send(app + "/broadcast#" + number, audience, Manner.ofBroadcast(chance));
            });
        }
        SaverLives savers = new SaverLives(center, entrances.operatorKey(), history);
        habit("lives of savers", LOOKS_PER_SECOND, (chance, number) -> savers.look());
        Set<Endpoint> alone = cast.alone();
        for (Phones some : phones) {
            List<Endpoint> endpoints =
                    alone.stream().filter(some.endpoints()::contains).toList();
            // Not from those who take turns: what one of them has on its disk waits there until it is its turn.
            habit("uplinks of " + endpoints, settings.uplinksPerSecond() / phones.size(), (chance, number) -> {
                Endpoint from = endpoints.get(chance.nextInt(endpoints.size()));
                some.sendUp(from, from + "/up#" + number);
            });
            wander(some, endpoints);
        }
        cast.readers().stream().filter(readers -> readers.size() > 1).forEach(this::takeTurns);
    }

    private void habit(String name, double perSecond, Habit.Deed deed) {
        habits.add(Habit.start(settings.seed(), name, perSecond, mishaps, deed));
    }

    /** Every third device comes and goes, and every third is on another network now and then, or moved to another room. */
    private void wander(Phones some, List<Endpoint> endpoints) {
        for (int i = 0; i < endpoints.size(); i++) {
            Endpoint endpoint = endpoints.get(i);
            switch (i % 3) {
                case 1 ->
                    habit("comings of " + endpoint, MOVES_PER_SECOND, (chance, number) -> {
                        some.stop(endpoint);
                        Pause.millis(200 + chance.nextInt(4_000));
                        some.start(endpoint);
                    });
                case 2 ->
                    habit("networks of " + endpoint, MOVES_PER_SECOND, (chance, number) -> {
                        if (chance.nextBoolean()) {
                            some.move(endpoint);
                        } else {
                            toARoom(endpoint, chance.nextInt(entrances.rooms().size()));
                        }
                    });
                default -> {
                    // Stays where it is.
                }
            }
        }
    }

    /**
     * Devices that share a mailbox take it from each other: one of them begins, or all at once, and none is told to end. That
     * is for the platform to do.
     */
    private void takeTurns(List<Endpoint> readers) {
        habit("turns of " + readers, MOVES_PER_SECOND, (chance, number) -> {
            if (chance.nextInt(ALL_AT_ONCE_EVERY) == 0) {
                readers.forEach(this::restart);
            } else {
                restart(readers.get(chance.nextInt(readers.size())));
            }
        });
    }

    private void restart(Endpoint endpoint) {
        phones(endpoint).restart(endpoint);
    }

    private Phones phones(Endpoint endpoint) {
        return Objects.requireNonNull(phonesOf.get(endpoint), "an endpoint of the cast");
    }

    /** An operator's order; that it is not carried out while something is broken is nobody's loss. */
    private void toARoom(Endpoint endpoint, int room) {
        var _ = center.post(
                entrances.operatorKey(),
                "/v1/commands",
                Map.of(
                        "app", endpoint.app(),
                        "user", endpoint.user(),
                        "device", endpoint.device(),
                        "move", Map.of("addresses", List.of(entrances.rooms().get(room)), "withinSeconds", 1)));
    }

    /** Has nothing more sent; returns when every sender knows what it will ever know. */
    public void stop() {
        habits.forEach(Habit::over);
        habits.forEach(Habit::close);
    }

    /**
     * Has all devices there, those that share a mailbox one after the other, and waits a while for them to be bound, and to
     * have what they are owed; says whether all were. Whose turn it is not is closed before: it might be about to come back,
     * and would take the mailbox from the one that is waited for.
     *
     * @param served whether these have it
     */
    public boolean everybodyIsThere(Predicate<Collection<Endpoint>> served) {
        phones.forEach(Phones::revive);
        Set<Endpoint> came = new HashSet<>();
        int turns = cast.readers().stream().mapToInt(List::size).max().orElse(0);
        for (int turn = 0; turn < turns; turn++) {
            List<Endpoint> coming = ofTurn(turn);
            closeOthers(coming);
            coming.forEach(this::come);
            came.addAll(coming);
            if (!mishaps.await(PATIENCE, () -> phones.stream().allMatch(Phones::areBound))
                    || !mishaps.await(PATIENCE_WHEN_BOUND, () -> served.test(came))) {
                return false;
            }
        }
        return true;
    }

    private List<Endpoint> ofTurn(int turn) {
        return cast.readers().stream()
                .filter(readers -> readers.size() > turn)
                .map(readers -> readers.get(turn))
                .toList();
    }

    /** Who shares a mailbox begins anew: it may be about to learn that another one has taken it. */
    private void come(Endpoint endpoint) {
        if (cast.alone().contains(endpoint)) {
            phones(endpoint).start(endpoint);
        } else {
            restart(endpoint);
        }
    }

    private void closeOthers(List<Endpoint> coming) {
        List<Endpoint> others = cast.readers().stream()
                .filter(readers -> readers.stream().anyMatch(coming::contains))
                .flatMap(List::stream)
                .filter(reader -> !coming.contains(reader))
                .toList();
        others.forEach(other -> phones(other).stop(other));
        awaitEnd(others);
    }

    private void awaitEnd(Collection<Endpoint> some) {
        if (!mishaps.await(PATIENCE, () -> phones.stream().allMatch(phone -> phone.haveEnded(some)))) {
            throw new BenchException("devices do not end (expected: within " + PATIENCE.toSeconds() + " s)");
        }
    }

    /** Has those that share a mailbox come all at once, has the platform tell who is there, and then closes all devices. */
    public void end() {
        cast.readers().stream()
                .filter(readers -> readers.size() > 1)
                .flatMap(List::stream)
                .forEach(this::restart);
        // Each is bound, or was replaced by another one: before that there is nothing to ask.
        var _ = mishaps.await(PATIENCE, () -> phones.stream().allMatch(Phones::areBound));
        LiveSessions sessions = new LiveSessions(
                center, apps.keys(), cast, endpoint -> phones(endpoint).isBound(endpoint), history, mishaps);
        cast.users().forEach(sessions::of);
        phones.forEach(some -> some.endpoints().forEach(some::stop));
        awaitEnd(cast.endpoints());
    }

    /** What cannot be read is not answered, and comes again; and a history without it proves nothing. */
    private void taken(String webhookId, byte[] body) throws IOException {
        try {
            JsonNode data = JSON.readTree(body).path("data");
            Endpoint from = new Endpoint(
                    data.path("app").asText(),
                    data.path("user").asText(),
                    data.path("device").asText());
            history.add(new Event.Taken(
                    System.nanoTime(), from, webhookId, data.path("text").asText()));
        } catch (IOException | RuntimeException e) {
            mishaps.happened("the back end, given webhook " + webhookId, e);
            throw e;
        }
    }

    @Override
    public void close() {
        habits.forEach(Habit::over);
        phones.forEach(Phones::close);
        backEnd.close();
        center.close();
    }
}
