const FREE_FROM = 5000;
const FLAT_RATE = 490;

/** What shipping costs, in cents: free from 50 euros upwards. */
export function shippingFor(amount) {
  return amount >= FREE_FROM ? 0 : FLAT_RATE;
}
