package io.hawser.center.user;

import static java.util.Comparator.comparingLong;

import io.hawser.api.v1.OnlineCount;
import io.hawser.api.v1.OnlineUserCounts;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.online.OnlineParts;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.CountOnlineRequest;
import io.hawser.rpc.v1.OnlineCounts;
import io.hawser.rpc.v1.RegisterGrpc;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Counts who of an app is connected: each register counts its own, and one that does not answer in time is named. A slot on
 * its way from one register to another is in the count of neither, or of both: then they are asked again, for a while. One
 * that waits for rooms to tell is not waited for, that takes them longer.
 */
final class OnlineCounting {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration AGAIN_FOR = Duration.ofSeconds(2);
    private static final Executor LATER = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);
    private static final int MAX_VERSIONS = 100;

    private final LinkClient registers;

    OnlineCounting(LinkClient registers) {
        this.registers = registers;
    }

    CompletableFuture<OnlineUserCounts> count(App app) {
        return count(
                CountOnlineRequest.newBuilder().setApp(app.getId()).build(), System.nanoTime() + AGAIN_FOR.toNanos());
    }

    private CompletableFuture<OnlineUserCounts> count(CountOnlineRequest request, long untilNanos) {
        List<CompletableFuture<Answer>> asked = registers.membership().view().peers().stream()
                .map(register -> ask(register, request))
                .toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).thenCompose(_ -> {
            List<Answer> answers =
                    asked.stream().map(CompletableFuture::resultNow).toList();
            return !mayCountMore(answers) || System.nanoTime() - untilNanos > 0
                    ? CompletableFuture.completedFuture(view(answers))
                    : CompletableFuture.runAsync(() -> {}, LATER).thenCompose(_ -> count(request, untilNanos));
        });
    }

    /** A slot is on its way: in two counts, or in none, and not for want of rooms that tell. */
    private static boolean mayCountMore(List<Answer> answers) {
        BitSet counted = new BitSet(Slot.COUNT);
        BitSet leftToRooms = new BitSet(Slot.COUNT);
        for (Answer answer : answers) {
            OnlineCounts counts = answer.counts().orElseGet(OnlineCounts::getDefaultInstance);
            if (answer.counts().isPresent() && !counts.hasCountedSlots()) {
                // Of an earlier version: it does not say what it counted, however often it is asked.
                return false;
            }
            BitSet its = OnlineParts.slots(counts.getCountedSlots());
            if (counted.intersects(its)) {
                return true;
            }
            counted.or(its);
            leftToRooms.or(OnlineParts.slots(counts.getSlotsLeftToRooms()));
        }
        counted.or(leftToRooms);
        return counted.cardinality() < Slot.COUNT;
    }

    /** Of a register; nothing where it did not answer. */
    private record Answer(String register, Optional<OnlineCounts> counts) {}

    private CompletableFuture<Answer> ask(Peer register, CountOnlineRequest request) {
        return registers
                .call(
                        Route.peer(register.name()),
                        RegisterGrpc.getCountOnlineMethod(),
                        request,
                        request.getApp(),
                        TIMEOUT)
                .handle((counts, failure) -> new Answer(register.name(), Optional.ofNullable(counts)));
    }

    private static OnlineUserCounts view(List<Answer> answers) {
        OnlineCounts sum = OnlineParts.sum(
                answers.stream().flatMap(answer -> answer.counts().stream()).toList());
        List<OnlineCount> versions = counts(sum.getSessionsByClientVersionMap())
                .sorted(comparingLong(OnlineCount::getSessions).reversed().thenComparing(OnlineCount::getName))
                .toList();
        int told = Math.min(versions.size(), MAX_VERSIONS);
        return OnlineUserCounts.newBuilder()
                .setUsers(sum.getUsers())
                .setSessions(sum.getSessions())
                .addAllZones(counts(sum.getSessionsByZoneMap()).toList())
                .addAllClientVersions(versions.subList(0, told))
                .setOtherVersions(sum.getSessionsOfOtherVersions()
                        + versions.stream()
                                .skip(told)
                                .mapToLong(OnlineCount::getSessions)
                                .sum())
                .addAllMissing(answers.stream()
                        .filter(answer -> answer.counts().isEmpty())
                        .map(Answer::register)
                        .toList())
                .setSlotsUncounted(
                        Slot.COUNT - OnlineParts.slots(sum.getCountedSlots()).cardinality())
                .build();
    }

    /** By name. */
    private static Stream<OnlineCount> counts(Map<String, Long> sessions) {
        return sessions.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(count -> OnlineCount.newBuilder()
                        .setName(count.getKey())
                        .setSessions(count.getValue())
                        .build());
    }
}
