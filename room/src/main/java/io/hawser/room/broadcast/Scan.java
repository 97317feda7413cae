package io.hawser.room.broadcast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A walk over some crowds while members come and go. It goes from the last place to the first: whoever leaves has the
 * last one take its place, which is either walked already and then met twice, or not and then met once; nobody is left
 * out but who came meanwhile.
 */
final class Scan {
    private final List<Crowd> crowds;
    private int crowd;
    private int place;

    Scan(List<Crowd> crowds) {
        this.crowds = crowds;
        this.place = crowds.isEmpty() ? 0 : crowds.getFirst().size();
    }

    /** Returns the next member; null at the end. Members of two crowds are met twice. */
    @Nullable
    Member next() {
        while (crowd < crowds.size()) {
            Crowd present = crowds.get(crowd);
            place = Math.min(place, present.size());
            if (place > 0) {
                place--;
                return present.get(place);
            }
            crowd++;
            place = crowd < crowds.size() ? crowds.get(crowd).size() : 0;
        }
        return null;
    }

    /** The crowd of the member that was met last. */
    Crowd crowd() {
        return crowds.get(crowd);
    }
}
