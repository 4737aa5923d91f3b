-- leo_end_jobs, leo_finish and leo_take stay: earlier versions can call the last two as they are.
drop function leo_claim_jobs;
