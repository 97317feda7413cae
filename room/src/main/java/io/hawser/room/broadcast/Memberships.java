package io.hawser.room.broadcast;

import io.hawser.rpc.v1.Membership;
import java.util.ArrayList;
import java.util.List;

/** The groups of one member: since when, and its place in each crowd. Replaced as a whole when they change. */
final class Memberships {
    private final Crowd[] crowds;
    private final long[] since;
    private final int[] places;

    private Memberships(int count) {
        crowds = new Crowd[count];
        since = new long[count];
        places = new int[count];
    }

    /** Enters the member into the crowds of all of these, each of which stands once. */
    static Memberships enter(Member member, List<Membership> memberships, LocalApp app) {
        Memberships entered = new Memberships(memberships.size());
        for (int i = 0; i < entered.crowds.length; i++) {
            Crowd crowd = app.crowds().of(memberships.get(i).getGroup());
            entered.crowds[i] = crowd;
            entered.since[i] = memberships.get(i).getSinceBseq();
            entered.places[i] = crowd.add(member);
        }
        return entered;
    }

    void leave(LocalApp app) {
        for (int i = 0; i < crowds.length; i++) {
            Member moved = crowds[i].removeAt(places[i]);
            if (moved != null) {
                moved.movedIn(crowds[i], places[i]);
            }
            app.crowds().forgetIfEmpty(crowds[i]);
        }
    }

    void moved(Crowd crowd, int place) {
        for (int i = 0; i < crowds.length; i++) {
            if (crowds[i] == crowd) {
                places[i] = place;
            }
        }
    }

    /** Whether the broadcast was made for one of these, after it was joined. */
    boolean match(Entry entry) {
        for (int i = 0; i < crowds.length; i++) {
            if (since[i] < entry.bseq() && entry.groups().contains(crowds[i].name())) {
                return true;
            }
        }
        return false;
    }

    boolean holds(String group) {
        for (Crowd crowd : crowds) {
            if (crowd.name().equals(group)) {
                return true;
            }
        }
        return false;
    }

    List<String> names() {
        List<String> names = new ArrayList<>(crowds.length);
        for (Crowd crowd : crowds) {
            names.add(crowd.name());
        }
        return names;
    }
}
