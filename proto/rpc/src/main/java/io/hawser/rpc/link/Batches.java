package io.hawser.rpc.link;

import io.grpc.MethodDescriptor;
import io.hawser.rpc.v1.LinkRequest;
import io.hawser.rpc.v1.MethodNumber;
import io.hawser.rpc.v1.RequestBatch;
import java.util.IdentityHashMap;
import java.util.concurrent.TimeUnit;

/** Makes the batches of one connection: numbers requests and methods, and introduces the caller in the first. */
final class Batches {
    private final String caller;
    private final LinkSettings settings;
    private final long startNanos = System.nanoTime();
    private final IdentityHashMap<MethodDescriptor<?, ?>, Integer> methodNumbers = new IdentityHashMap<>();
    private boolean introduced;
    private long nextId = 1;

    Batches(String caller, LinkSettings settings) {
        this.caller = caller;
        this.settings = settings;
    }

    /** Takes what is queued, as far as it goes into one batch. */
    RequestBatch next(Pending pending) {
        long now = System.nanoTime();
        // From one on: zero would say nothing.
        RequestBatch.Builder batch =
                RequestBatch.newBuilder().setWrittenMs(1 + TimeUnit.NANOSECONDS.toMillis(now - startNanos));
        if (!introduced) {
            introduced = true;
            batch.setCaller(caller);
        }
        int bytes = 0;
        while (batch.getRequestsCount() < settings.maxBatchRequests() && bytes < settings.maxBatchBytes()) {
            PendingCall<?> call = pending.send(nextId++);
            if (call == null) {
                break;
            }
            batch.addRequests(request(call, now, batch));
            bytes += call.body.size();
        }
        return batch.build();
    }

    private LinkRequest request(PendingCall<?> call, long now, RequestBatch.Builder batch) {
        long leftMillis = Math.max(0, TimeUnit.NANOSECONDS.toMillis(call.deadlineNanos - now));
        return LinkRequest.newBuilder()
                .setId(call.id)
                .setMethod(number(call.method, batch))
                .setTimeoutMs((int) Math.min(leftMillis, Integer.MAX_VALUE))
                .setApp(call.app)
                .setBody(call.body)
                .build();
    }

    private int number(MethodDescriptor<?, ?> method, RequestBatch.Builder batch) {
        Integer known = methodNumbers.get(method);
        if (known != null) {
            return known;
        }
        int number = methodNumbers.size() + 1;
        methodNumbers.put(method, number);
        batch.addMethods(MethodNumber.newBuilder().setNumber(number).setName(method.getFullMethodName()));
        return number;
    }
}
