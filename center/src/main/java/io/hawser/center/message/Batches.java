package io.hawser.center.message;

import io.hawser.api.v1.BatchSendRequest;
import io.hawser.api.v1.BatchSendResponse;
import io.hawser.api.v1.BatchSendResult;
import io.hawser.api.v1.Failure;
import io.hawser.center.link.Repeats;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one message to many users. Each has a result of its own: what fails for one does not fail the others. */
final class Batches {
    static final int MAX_USERS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Batches.class);

    private final Sends sends;

    Batches(Sends sends) {
        this.sends = sends;
    }

    /** A batch that was sent. See {@link Sends.Sent}. */
    record SentBatch(BatchSendResponse response, Runnable afterAnswer) {}

    static void checkSize(BatchSendRequest request) {
        int users = request.getUsersCount();
        if (users < 1 || users > MAX_USERS) {
            throw HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "users: " + users + " (expected: 1 to " + MAX_USERS + ")");
        }
    }

    /** Sends to each. What services behind the center failed with is logged under the request's id, once a batch. */
    CompletableFuture<SentBatch> send(String requestId, Draft draft, List<String> users) {
        return sends.prepareForMany(draft).thenCompose(ready -> sendPrepared(requestId, draft, users));
    }

    private CompletableFuture<SentBatch> sendPrepared(String requestId, Draft draft, List<String> users) {
        Map<String, CompletableFuture<Outcome>> byUser = LinkedHashMap.newLinkedHashMap(users.size());
        for (String user : users) {
            byUser.computeIfAbsent(user, one -> sendOne(draft, one));
        }
        return CompletableFuture.allOf(byUser.values().toArray(CompletableFuture[]::new))
                .thenApply(all -> {
                    log(requestId, byUser.values());
                    return together(users, byUser);
                });
    }

    private static void log(String requestId, Collection<CompletableFuture<Outcome>> outcomes) {
        List<Throwable> causes = outcomes.stream()
                .flatMap(outcome -> Stream.ofNullable(outcome.join().cause))
                .toList();
        if (!causes.isEmpty()) {
            LOG.warn(
                    "Request {} failed for {} of {} users, the first with {}",
                    requestId,
                    causes.size(),
                    outcomes.size(),
                    String.valueOf(causes.getFirst()));
        }
    }

    private CompletableFuture<Outcome> sendOne(Draft draft, String user) {
        try {
            return sends.send(draft, Addressee.of(draft.app(), user))
                    .handle((sent, failure) -> Outcome.of(user, sent, failure));
        } catch (HawserException refusal) {
            return CompletableFuture.completedFuture(Outcome.of(user, null, refusal));
        }
    }

    private static SentBatch together(List<String> users, Map<String, CompletableFuture<Outcome>> byUser) {
        BatchSendResponse.Builder response = BatchSendResponse.newBuilder();
        List<Runnable> afterAnswer = new ArrayList<>(byUser.size());
        byUser.values().forEach(outcome -> afterAnswer.add(outcome.join().afterAnswer));
        for (String user : users) {
            response.addResults(Objects.requireNonNull(byUser.get(user)).join().result);
        }
        return new SentBatch(response.build(), () -> afterAnswer.forEach(Runnable::run));
    }

    /** @param cause what is not for the caller to know of a failure */
    private record Outcome(
            BatchSendResult result,
            Runnable afterAnswer,
            @Nullable Throwable cause) {
        static Outcome of(String user, Sends.@Nullable Sent sent, @Nullable Throwable failure) {
            BatchSendResult.Builder result = BatchSendResult.newBuilder().setUser(user);
            if (sent != null) {
                return new Outcome(result.setSent(sent.response()).build(), sent.afterAnswer(), null);
            }
            HawserException refusal =
                    Repeats.refusalOf(failure == null ? new IllegalStateException("neither sent nor failed") : failure);
            Failure said = Failure.newBuilder()
                    .setCode(refusal.code().name())
                    .setDetail(String.valueOf(refusal.getMessage()))
                    .build();
            return new Outcome(result.setError(said).build(), () -> {}, refusal.getCause());
        }
    }
}
