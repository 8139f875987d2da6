/**
 * Common emoji shortcodes. An unknown code is shown as typed, as in Slack.
 */

const TABLE = `
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 100 💯 alarm_clock ⏰ anchor ⚓ angry 😠 arrow_down ⬇️ arrow_forward ▶️
arrow_left ⬅️ arrow_right ➡️ arrow_up ⬆️ arrows_counterclockwise 🔄 baby 👶 back 🔙 bangbang ‼️ bank 🏦 bar_chart 📊 beach_with_umbrella 🏖️
beer 🍺 beers 🍻 bell 🔔 no_bell 🔕 birthday 🎂 blue_heart 💙 blush 😊 boat ⛵ sailboat ⛵ boom 💥 bookmark 🔖 bow 🙇 bulb 💡 bust_in_silhouette 👤
busts_in_silhouette 👥 calendar 📆 date 📅 spiral_calendar_pad 🗓️ camera 📷 captain 🧑‍✈️ chart_with_upwards_trend 📈 champagne 🍾
clap 👏 clinking_glasses 🥂 clipboard 📋 clock1 🕐 clock3 🕒 clock9 🕘 clock12 🕛 cloud ☁️ coin 🪙 compass 🧭 confetti_ball 🎊 construction 🚧 cop 👮
credit_card 💳 crossed_fingers 🤞 cry 😢 crescent_moon 🌙 dash 💨 dollar 💵 money_with_wings 💸 moneybag 💰 euro 💶 pound 💷 dolphin 🐬 email 📧
envelope ✉️ exclamation ❗ heavy_exclamation_mark ❗ eyes 👀 face_palm 🤦 family 👪 ferry ⛴️ motor_boat 🛥️ speedboat 🚤 ship 🚢 canoe 🛶 rowboat 🚣
fire 🔥 fish 🐟 tropical_fish 🐠 whale 🐳 whale2 🐋 shark 🦈 octopus 🐙 crab 🦀 fishing_pole_and_fish 🎣 fireworks 🎆 flag-us 🇺🇸 us 🇺🇸 triangular_flag_on_post 🚩
checkered_flag 🏁 gear ⚙️ ghost 👻 gift 🎁 green_heart 💚 grin 😁 grinning 😀 hand ✋ raised_hand ✋ raised_hands 🙌 handshake 🤝 heart ❤️ heart_eyes 😍 heavy_check_mark ✔️
heavy_minus_sign ➖ heavy_multiplication_x ✖️ heavy_plus_sign ➕ heavy_dollar_sign 💲 hourglass ⌛ hourglass_flowing_sand ⏳ house 🏠 hugging_face 🤗 ice_cream 🍨 inbox_tray 📥 outbox_tray 📤
information_source ℹ️ joy 😂 key 🔑 keycap_ten 🔟 kissing_heart 😘 label 🏷️ large_blue_circle 🔵 large_green_circle 🟢 large_yellow_circle 🟡 large_orange_circle 🟠
red_circle 🔴 white_circle ⚪ black_circle ⚫ large_green_square 🟩 large_red_square 🟥 large_yellow_square 🟨 white_square_button 🔳 laughing 😆 ledger 📒 leftwards_arrow_with_hook ↩️ life_preserver 🛟 ring_buoy 🛟 link 🔗 lock 🔒 unlock 🔓
loudspeaker 📢 mega 📣 mag 🔍 memo 📝 pencil 📝 pencil2 ✏️ microphone 🎤 musical_note 🎵 muscle 💪 new 🆕 no_entry ⛔ no_entry_sign 🚫 ocean 🌊 ok 🆗 ok_hand 👌
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ orange_heart 🧡 page_facing_up 📄 palm_tree 🌴 paperclip 📎 partying_face 🥳 passenger_ship 🛳️ phone ☎️ telephone_receiver 📞
pirate_flag 🏴‍☠️ pizza 🍕 point_down 👇 point_left 👈 point_right 👉 point_up ☝️ point_up_2 👆 pray 🙏 purple_heart 💜 pushpin 📌 round_pushpin 📍 question ❓ grey_question ❔
rainbow 🌈 receipt 🧾 recycle ♻️ relaxed ☺️ relieved 😌 robot_face 🤖 rocket 🚀 rolling_on_the_floor_laughing 🤣 rotating_light 🚨 sad 😔 satellite 📡 scales ⚖️ scream 😱 scroll 📜
see_no_evil 🙈 shell 🐚 ski 🎿 skull 💀 sleeping 😴 slightly_smiling_face 🙂 slightly_frowning_face 🙁 smile 😄 smiley 😃 smirk 😏 snowflake ❄️ sob 😭 sos 🆘
sparkles ✨ speech_balloon 💬 star ⭐ star2 🌟 stopwatch ⏱️ sun_with_face 🌞 sunny ☀️ sunglasses 😎 sunrise 🌅 city_sunset 🌇 sunset 🌇 surfer 🏄 sweat_smile 😅 swimmer 🏊 tada 🎉
thinking_face 🤔 thinking 🤔 thread 🧵 ticket 🎫 admission_tickets 🎟️ timer_clock ⏲️ tomato 🍅 trophy 🏆 umbrella ☔ upside_down_face 🙃 v ✌️ warning ⚠️ wastebasket 🗑️
partly_sunny ⛅ mostly_sunny 🌤️ foggy 🌁 fog 🌫️ rain_cloud 🌧️ thunder_cloud_and_rain ⛈️ droplet 💧 thermometer 🌡️ lower_left_ballpoint_pen 🖊️ black_nib ✒️
watch ⌚ wave 👋 wheel_of_dharma ☸️ white_check_mark ✅ wind_blowing_face 🌬️ wine_glass 🍷 wink 😉 writing_hand ✍️ x ❌ yellow_heart 💛 yum 😋 zap ⚡ zzz 💤
`;

const words = TABLE.trim().split(/\s+/);
const CODES = new Map();
for (let at = 0; at < words.length; at += 2) CODES.set(words[at], words[at + 1]);

const TONES = { 2: "🏻", 3: "🏼", 4: "🏽", 5: "🏾", 6: "🏿" };

/** Returns the character for a shortcode without its colons (`wave::skin-tone-3` too), or null. */
export function emojiFor(code) {
  const [name, tone] = code.split("::skin-tone-");
  const character = CODES.get(name);
  if (!character) return null;
  return tone && TONES[tone] ? character + TONES[tone] : character;
}
