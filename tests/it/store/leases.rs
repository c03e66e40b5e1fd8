//! What every store promises of channels' records.

use prober::model::channel_state::ChannelState;
use prober::model::doubt::Doubts;
use prober::store::{Holder, Lease};

use super::*;

contract! {
    a_lease_has_one_holder_at_a_time
    a_lease_is_renewed_by_its_holder_alone
    a_lease_ends_when_it_expires
    a_lease_from_far_ahead_counts_for_nothing
    the_channel_s_state_is_remembered_from_lease_to_lease
    a_release_by_another_changes_nothing
    what_is_kept_is_remembered_with_the_lease_of_who_died
    who_has_no_lease_keeps_nothing
    leases_of_different_channels_are_apart
}

async fn a_lease_has_one_holder_at_a_time(place: &impl Place) {
    let (ours, theirs) = (Holder::new(), Holder::new());
    let lease = place.handle().lease(&slack(), &ours, noon(), after(60)).await.unwrap();
    assert_eq!(lease, Lease::Held(ChannelState::default()));
    let lease = place.handle().lease(&slack(), &theirs, after(59), after(600)).await.unwrap();
    assert_eq!(lease, Lease::Taken { until: after(60) });
    place.handle().release(&slack(), &ours, &ChannelState::default()).await.unwrap();
    let lease = place.handle().lease(&slack(), &theirs, after(59), after(600)).await.unwrap();
    assert_eq!(lease, Lease::Held(ChannelState::default()));
}

async fn a_lease_is_renewed_by_its_holder_alone(place: &impl Place) {
    let store = place.handle();
    let (ours, theirs) = (Holder::new(), Holder::new());
    store.lease(&slack(), &ours, noon(), after(60)).await.unwrap();
    let lease = store.lease(&slack(), &ours, after(30), after(90)).await.unwrap();
    assert_eq!(lease, Lease::Held(ChannelState::default()));
    let lease = store.lease(&slack(), &theirs, after(89), after(600)).await.unwrap();
    assert_eq!(lease, Lease::Taken { until: after(90) });
}

async fn a_lease_ends_when_it_expires(place: &impl Place) {
    let store = place.handle();
    let (ours, theirs) = (Holder::new(), Holder::new());
    store.lease(&slack(), &ours, noon(), after(60)).await.unwrap();
    let lease = store.lease(&slack(), &theirs, after(60), after(120)).await.unwrap();
    assert_eq!(lease, Lease::Held(ChannelState::default()));
    let lease = store.lease(&slack(), &ours, after(61), after(600)).await.unwrap();
    assert_eq!(lease, Lease::Taken { until: after(120) });
}

async fn a_lease_from_far_ahead_counts_for_nothing(place: &impl Place) {
    let store = place.handle();
    let (ours, theirs) = (Holder::new(), Holder::new());
    store.lease(&slack(), &ours, after(60), after(120)).await.unwrap();
    let lease = store.lease(&slack(), &theirs, noon(), after(60)).await.unwrap();
    assert_eq!(lease, Lease::Taken { until: after(120) });
    let lease = store.lease(&slack(), &theirs, after(-1), after(59)).await.unwrap();
    assert_eq!(lease, Lease::Held(ChannelState::default()));
}

async fn the_channel_s_state_is_remembered_from_lease_to_lease(place: &impl Place) {
    let store = place.handle();
    let told_to_wait = ChannelState { not_before: Some(after(300)), ..ChannelState::default() };
    let (first, second) = (Holder::new(), Holder::new());
    store.lease(&slack(), &first, noon(), after(60)).await.unwrap();
    store.release(&slack(), &first, &told_to_wait).await.unwrap();
    let lease = place.handle().lease(&slack(), &second, after(1), after(61)).await.unwrap();
    assert_eq!(lease, Lease::Held(told_to_wait));
    store.release(&slack(), &second, &ChannelState::default()).await.unwrap();
    let lease = store.lease(&slack(), &first, after(2), after(62)).await.unwrap();
    assert_eq!(lease, Lease::Held(ChannelState::default()));
}

async fn a_release_by_another_changes_nothing(place: &impl Place) {
    let store = place.handle();
    let (ours, theirs) = (Holder::new(), Holder::new());
    let unheard = ChannelState { not_before: Some(after(300)), ..ChannelState::default() };
    store.release(&slack(), &theirs, &unheard).await.unwrap();
    store.lease(&slack(), &ours, noon(), after(60)).await.unwrap();
    store.release(&slack(), &theirs, &unheard).await.unwrap();
    let lease = store.lease(&slack(), &theirs, after(1), after(61)).await.unwrap();
    assert_eq!(lease, Lease::Taken { until: after(60) });
    let lease = store.lease(&slack(), &theirs, after(60), after(120)).await.unwrap();
    assert_eq!(lease, Lease::Held(ChannelState::default()));
}

async fn what_is_kept_is_remembered_with_the_lease_of_who_died(place: &impl Place) {
    let (ours, theirs) = (Holder::new(), Holder::new());
    let sending = ChannelState {
        doubts: Doubts::default().after(&[7 << 32], noon()),
        ..ChannelState::default()
    };
    let store = place.handle();
    store.lease(&slack(), &ours, noon(), after(60)).await.unwrap();
    assert!(store.save_channel(&slack(), &ours, &sending).await.unwrap());
    assert!(
        store.save_channel(&slack(), &ours, &sending).await.unwrap(),
        "again, as after a lost answer"
    );
    let lease = place.handle().lease(&slack(), &theirs, after(59), after(600)).await.unwrap();
    assert_eq!(lease, Lease::Taken { until: after(60) });
    let lease = place.handle().lease(&slack(), &theirs, after(60), after(600)).await.unwrap();
    assert_eq!(lease, Lease::Held(sending));
}

async fn who_has_no_lease_keeps_nothing(place: &impl Place) {
    let (ours, theirs) = (Holder::new(), Holder::new());
    let waits = ChannelState { not_before: Some(after(300)), ..ChannelState::default() };
    let store = place.handle();
    assert!(
        !store.save_channel(&slack(), &ours, &waits).await.unwrap(),
        "a channel nobody has heard of"
    );
    store.lease(&slack(), &ours, noon(), after(60)).await.unwrap();
    store.lease(&slack(), &theirs, after(60), after(120)).await.unwrap();
    assert!(
        !store.save_channel(&slack(), &ours, &waits).await.unwrap(),
        "it expired, and another has it"
    );
    let lease = store.lease(&slack(), &theirs, after(61), after(120)).await.unwrap();
    assert_eq!(lease, Lease::Held(ChannelState::default()));
}

async fn leases_of_different_channels_are_apart(place: &impl Place) {
    let store = place.handle();
    let (ours, theirs) = (Holder::new(), Holder::new());
    store.lease(&slack(), &ours, noon(), after(60)).await.unwrap();
    let email = ChannelName::new("email");
    let lease = store.lease(&email, &theirs, noon(), after(60)).await.unwrap();
    assert_eq!(lease, Lease::Held(ChannelState::default()));
}
