// made by leo-demo for job {{job}}
// The board's labels and the cards that it begins with. What is changed in the browser stays in
// the browser; "Start over" comes back to this.
window.board = {{board}};
