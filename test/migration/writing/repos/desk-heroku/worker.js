console.log('waiting for mails');
