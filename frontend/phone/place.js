// Where the phone is, and how far that is from the dealer: by the same rules as visits/checkin.py, which has the last word.
const EARTH_M = 6_371_008.8;
const radians = (degrees) => (degrees * Math.PI) / 180;

/** Metres on the great circle. */
export function metres(latitude, longitude, otherLatitude, otherLongitude) {
  const halfNorth = Math.sin(radians(otherLatitude - latitude) / 2);
  const halfEast = Math.sin(radians(otherLongitude - longitude) / 2);
  const chord = halfNorth ** 2 + Math.cos(radians(latitude)) * Math.cos(radians(otherLatitude)) * halfEast ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** The position now, with its uncertainty and age; null when the device does not tell. Only asked for with consent. */
export function position() {
  return new Promise((answer) => {
    if (!navigator.geolocation) return answer(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) => answer({
        latitude: coords.latitude, longitude: coords.longitude, accuracy_m: Math.round(coords.accuracy * 10) / 10,
        age_s: Math.max(0, Math.round((Date.now() - timestamp) / 100) / 10),
      }),
      () => answer(null),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
    );
  });
}

/** "IN_RANGE", "OUT_OF_RANGE" or "UNVERIFIED", and the distance where there is one. */
export function judge(fix, dealer, rules) {
  if (!fix || dealer.latitude === null || dealer.longitude === null) return { outcome: "UNVERIFIED", distance: null };
  const distance = metres(fix.latitude, fix.longitude, dealer.latitude, dealer.longitude);
  if (fix.accuracy_m > rules.accuracy_m || fix.age_s > rules.age_s) return { outcome: "UNVERIFIED", distance };
  return { outcome: distance <= rules.range_m ? "IN_RANGE" : "OUT_OF_RANGE", distance };
}
