package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.wire.v1.Addresses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The order of addresses, and when a dispatcher is asked. */
class AddressBookTest {
    private final FakeTicker ticker = new FakeTicker();
    private final List<String> questions = new ArrayList<>();
    private final List<IOException> oldListUsed = new ArrayList<>();
    private List<String> rooms = List.of("a:1", "b:1", "c:1");
    private boolean away;
    private String network = "wifi";

    private final AddressBook book = new AddressBook(this::ask, () -> network, ticker, oldListUsed::add);

    @Test
    void triesTheListInTheOrderThatTheDispatcherGave() throws IOException {
        assertThat(book.candidates()).containsExactly("a:1", "b:1", "c:1");
        assertThat(book.candidates()).hasSize(3);
        assertThat(questions).containsExactly("wifi, failed [], retry 0");
    }

    @Test
    void triesTheLastGoodAddressFirstAndFailedOnesLast() throws IOException {
        book.candidates();
        book.worked("c:1");
        book.failed("a:1");
        assertThat(book.candidates()).containsExactly("c:1", "b:1", "a:1");
    }

    @Test
    void theLastGoodAddressIsGoodNoMoreOnceItFails() throws IOException {
        book.candidates();
        book.worked("b:1");
        book.failed("b:1");
        assertThat(book.candidates()).containsExactly("a:1", "c:1", "b:1");
    }

    @Test
    void asksAnewWhenAllHaveFailedAndSaysSo() throws IOException {
        book.candidates();
        List.of("a:1", "b:1", "c:1").forEach(book::failed);
        rooms = List.of("d:1");
        assertThat(book.candidates()).containsExactly("d:1");
        assertThat(questions).last().isEqualTo("wifi, failed [a:1, b:1, c:1], retry 1");
        book.worked("d:1");
        book.forget();
        book.candidates();
        assertThat(questions).last().isEqualTo("wifi, failed [], retry 0");
    }

    @Test
    void asksAnewWhenTheListIsTooOld() throws IOException {
        book.candidates();
        ticker.advance(TimeUnit.SECONDS.toNanos(299));
        book.candidates();
        assertThat(questions).hasSize(1);
        ticker.advance(TimeUnit.SECONDS.toNanos(1));
        book.candidates();
        assertThat(questions).hasSize(2);
    }

    @Test
    void usesAnOldListWhenNobodyAnswersAndNoneAtAllIsAFailure() throws IOException {
        away = true;
        assertThatThrownBy(book::candidates).hasMessage("away");
        away = false;
        book.candidates();
        book.forget();
        away = true;
        assertThat(book.candidates()).containsExactly("a:1", "b:1", "c:1");
        assertThat(oldListUsed).hasSize(1);
    }

    @Test
    void anEmptyAnswerIsNoAnswer() {
        rooms = List.of();
        assertThatThrownBy(book::candidates).hasMessage("the dispatcher knows no room");
    }

    @Test
    void keepsAListForEachNetwork() throws IOException {
        book.candidates();
        network = "cellular";
        rooms = List.of("m:1");
        assertThat(book.candidates()).containsExactly("m:1");
        network = "wifi";
        assertThat(book.candidates()).containsExactly("a:1", "b:1", "c:1");
        assertThat(questions).hasSize(2);
    }

    @Test
    void aMoveHoldsUntilItFails() throws IOException {
        book.candidates();
        book.worked("a:1");
        book.moveTo(List.of("x:1"));
        ticker.advance(TimeUnit.DAYS.toNanos(1));
        assertThat(book.candidates()).containsExactly("x:1");
        book.failed("x:1");
        assertThat(book.candidates()).containsExactly("a:1", "b:1", "c:1");
    }

    @Test
    void aMoveToNowhereAsksTheDispatcher() throws IOException {
        book.candidates();
        book.moveTo(List.of());
        book.candidates();
        assertThat(questions).hasSize(2);
    }

    private Addresses ask(String name, Collection<String> failed, int retry) throws IOException {
        if (away) {
            throw new IOException("away");
        }
        questions.add(name + ", failed " + failed + ", retry " + retry);
        return Addresses.newBuilder().addAllRooms(rooms).setMaxAgeSeconds(300).build();
    }
}
