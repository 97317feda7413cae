package io.hawser.register;

import io.hawser.rpc.v1.PourReply;
import io.hawser.rpc.v1.PourRequest;
import io.hawser.rpc.v1.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** One lane's part of a pour, and what came of it. */
final class PourPart {
    private final int lane;
    private final PourRequest request;
    private final List<Told> sessions = new ArrayList<>();
    private final List<Integer> completeSlots = new ArrayList<>();
    private final TreeSet<Integer> refused = new TreeSet<>();
    private int superseded;
    private int taken;

    /** A session and its slot. */
    record Told(int slot, Session session) {}

    PourPart(int lane, PourRequest request) {
        this.lane = lane;
        this.request = request;
    }

    void add(int slot, Session session) {
        sessions.add(new Told(slot, session));
    }

    void addComplete(int slot) {
        completeSlots.add(slot);
    }

    boolean isEmpty() {
        return sessions.isEmpty() && completeSlots.isEmpty();
    }

    int lane() {
        return lane;
    }

    String room() {
        return request.getRoom();
    }

    long roomIncarnation() {
        return request.getRoomIncarnation();
    }

    long membershipVersion() {
        return request.getMembershipVersion();
    }

    List<Told> sessions() {
        return sessions;
    }

    List<Integer> completeSlots() {
        return completeSlots;
    }

    void refuse(int slot) {
        refused.add(slot);
    }

    void supersede() {
        superseded++;
    }

    /** A session was not held until now. */
    void take() {
        taken++;
    }

    void addTo(PourReply.Builder reply) {
        reply.addAllRefusedSlots(refused)
                .setSuperseded(reply.getSuperseded() + superseded)
                .setTaken(reply.getTaken() + taken);
    }
}
