package io.hawser.bench.chaos.check;

import io.hawser.bench.chaos.check.Violation.Kind;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What clients sent up, and what the back end had of it. */
final class UplinkCheck {
    /** The code where a client's own queue takes no more: the one reason to refuse what is right. */
    private static final String FULL = "RESOURCE_EXHAUSTED";

    private final Tally tally;
    /** In the order of their offers, with their place in it. */
    private final Map<String, Offer> offered = new LinkedHashMap<>();

    private final Map<String, Long> promised = new LinkedHashMap<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final Map<String, String> refused = new LinkedHashMap<>();
    private final Map<String, String> idOf = new HashMap<>();
    private final Map<String, String> textOf = new HashMap<>();
    private final Map<Endpoint, Offer> newest = new HashMap<>();

    private record Offer(int place, Endpoint from, String text) {}

    UplinkCheck(Tally tally) {
        this.tally = tally;
    }

    void offered(Event.Offered offer) {
        offered.put(offer.text(), new Offer(offered.size(), offer.endpoint(), offer.text()));
    }

    void queued(Event.Queued queued) {
        promised.put(queued.text(), queued.atNanos());
        tally.count(Count.UPLINKS_PROMISED, 1);
    }

    void stored(Event.Stored stored) {
        if (stored.refusal().isEmpty()) {
            acknowledged.add(stored.text());
            tally.count(Count.UPLINKS_ACKNOWLEDGED, 1);
        } else {
            refused.put(stored.text(), stored.refusal());
            tally.count(Count.UPLINKS_REFUSED, 1);
            if (!stored.refusal().startsWith(FULL)) {
                tally.violation(
                        Kind.REFUSED_WRONGLY,
                        stored.text() + " of " + stored.endpoint() + " was refused for good: " + stored.refusal());
            }
        }
    }

    void taken(Event.Taken taken) {
        Offer offer = offered.get(taken.text());
        if (offer == null || !offer.from().equals(taken.from())) {
            tally.violation(
                    Kind.UPLINK_NEVER_SENT,
                    taken.text() + " as of " + taken.from() + ", webhook " + taken.webhookId()
                            + (offer == null ? "" : "; it was sent by " + offer.from()));
            return;
        }
        String otherText = textOf.putIfAbsent(taken.webhookId(), taken.text());
        if (otherText != null && !otherText.equals(taken.text())) {
            tally.violation(
                    Kind.UPLINK_DUPLICATED,
                    "webhook " + taken.webhookId() + " for " + otherText + " and for " + taken.text());
        }
        String id = idOf.putIfAbsent(taken.text(), taken.webhookId());
        if (id == null) {
            forTheFirstTime(offer);
        } else if (id.equals(taken.webhookId())) {
            tally.count(Count.WEBHOOKS_REPEATED, 1);
        } else {
            tally.violation(Kind.UPLINK_DUPLICATED, taken.text() + " by webhooks " + id + " and " + taken.webhookId());
        }
    }

    private void forTheFirstTime(Offer offer) {
        tally.count(Count.UPLINKS_TAKEN, 1);
        Offer before = newest.get(offer.from());
        if (before != null && before.place() > offer.place()) {
            tally.violation(
                    Kind.UPLINK_OUT_OF_ORDER, offer.text() + " of " + offer.from() + " came after " + before.text());
            return;
        }
        newest.put(offer.from(), offer);
    }

    void end() {
        for (String text : promised.keySet()) {
            if (isOwed(text) && !idOf.containsKey(text)) {
                tally.violation(
                        Kind.UPLINK_LOST,
                        text + (acknowledged.contains(text) ? ", acknowledged," : ", on the client's disk,")
                                + " never came to the back end");
            }
        }
        refused.forEach((text, refusal) -> {
            if (acknowledged.contains(text) || idOf.containsKey(text)) {
                tally.violation(
                        Kind.REFUSED_YET_DELIVERED,
                        text + ", " + (acknowledged.contains(text) ? "acknowledged" : "given to the back end")
                                + ", and refused: " + refusal);
            }
        });
    }

    /** A refusal is the last word only on what was not acknowledged. */
    private boolean isOwed(String text) {
        return acknowledged.contains(text) || !refused.containsKey(text);
    }

    /** Whether there is nothing, promised before then, that {@link #end} would miss. */
    boolean isComplete(long beforeNanos) {
        return promised.entrySet().stream()
                .filter(one -> one.getValue() < beforeNanos)
                .allMatch(one -> idOf.containsKey(one.getKey()) || !isOwed(one.getKey()));
    }
}
