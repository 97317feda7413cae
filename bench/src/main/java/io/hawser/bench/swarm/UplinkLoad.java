package io.hawser.bench.swarm;

/**
 * What clients send up, by clients in turn.
 *
 * @param phase what the stamps in the bodies say
 * @param perSecond due in a second, whatever becomes of those before; 0: as fast as they are answered
 * @param outstanding unanswered at any time, one a client, where {@code perSecond} is 0
 */
public record UplinkLoad(int phase, String route, int bodyBytes, int perSecond, int outstanding, double seconds) {
    /** One generator's share, the first being number 0. */
    UplinkLoad share(int number, int of) {
        return new UplinkLoad(
                phase, route, bodyBytes, part(perSecond, number, of), part(outstanding, number, of), seconds);
    }

    private static int part(int whole, int number, int of) {
        return whole * (number + 1) / of - whole * number / of;
    }
}
